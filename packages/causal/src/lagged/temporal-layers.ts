// From chosen parents in the present and the past to the layers of a lagged graph.

import type { EdgeRules } from "../constraints/edge-rules.js";
import type { Adjacency, LagLayer } from "../graph/adjacency.js";
import { cpdagToDag, dagToCpdag, orientByKnowledge } from "../graph/equivalence.js";
import type { Moments } from "../moments/moments.js";
import { edgeWeights, mirrorUndirected, parentLists } from "../search/edge-weights.js";
import type { LaggedDesign } from "./lagged-design.js";

/** Layers by lag from parents over the present (first `size`) and past columns; the present as equivalence class. */
export function temporalLayers(
  design: LaggedDesign,
  moments: Moments,
  parents: readonly (readonly number[])[],
  perParent: number,
  rules: EdgeRules | null,
): LagLayer[] {
  const { size, maxLag } = design;
  const present = rules ? presentClass(parents, size, moments.size, rules) : null;
  const chosen = present
    ? parentLists(present.dag).map((set, j) => [...set, ...parents[j]!.filter((parent) => parent >= size)])
    : parents;
  const weights = edgeWeights(moments, chosen, perParent);
  return Array.from({ length: maxLag + 1 }, (_, lag) => {
    const layer = weights.slice(lag * size * size, (lag + 1) * size * size);
    const marks = new Uint8Array(size * size);
    for (let j = 0; j < size; j++) {
      for (const parent of chosen[j]!) {
        if (Math.floor(parent / size) === lag) marks[(parent % size) * size + j] = 1;
      }
    }
    if (lag > 0 || !present) return { lag, weights: layer, adjacency: marks };
    return { lag, weights: mirrorUndirected(layer, present.marks), adjacency: present.marks };
  });
}

/** CPDAG of the whole graph, the past taken as a complete block that nothing new can orient, cut to the present. */
function presentClass(
  parents: readonly (readonly number[])[],
  size: number,
  width: number,
  rules: EdgeRules,
): { readonly marks: Adjacency; readonly dag: Adjacency } {
  const whole = new Uint8Array(width * width);
  for (let i = size; i < width; i++) for (let j = i + 1; j < width; j++) whole[j * width + i] = 1;
  for (let j = 0; j < size; j++) for (const parent of parents[j]!) whole[parent * width + j] = 1;
  const allowed = new Uint8Array(width * width).fill(1);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) allowed[i * width + j] = rules.allowed[i * size + j]!;
    for (let past = size; past < width; past++) allowed[i * width + past] = 0;
  }
  const cpdag = orientByKnowledge(dagToCpdag(whole), allowed);
  return { marks: cut(cpdag, width, size), dag: cut(cpdagToDag(cpdag), width, size) };
}

function cut(marks: Adjacency, width: number, size: number): Adjacency {
  const out = new Uint8Array(size * size);
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) out[i * size + j] = marks[i * width + j]!;
  return out;
}
