// `--truth FILE`: marks a graph against an answer key, for simulated data.

import { readFileSync } from "node:fs";
import {
  auprc,
  auroc,
  brierScore,
  expectedCalibrationError,
  reliability,
  scoreGraph,
  type TrueGraph,
} from "@mmm/causal";
import { type CausalEdge, type CausalGraph, usageError } from "@mmm/core";
import type { TruthView } from "@mmm/viz";
import { z } from "zod";

/** The answer key: one graph in `edges`, or one per unit in `graphs`. */
export interface Truth {
  readonly nodes: readonly string[];
  readonly edges?: readonly TrueEdge[] | undefined;
  readonly graphs?: Readonly<Record<string, { readonly edges: readonly TrueEdge[] }>> | undefined;
}

type TrueEdge = TrueGraph["edges"][number];

const edge = z.object({ from: z.string(), to: z.string(), lag: z.int().min(0), weight: z.number() });
const schema = z.object({
  nodes: z.array(z.string()),
  edges: z.array(edge).optional(),
  graphs: z.record(z.string(), z.object({ edges: z.array(edge) })).optional(),
});

/** Read an answer key. Throws `BAD_TRUTH`. */
export function readTruth(path: string, variables: readonly string[]): Truth {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw badTruth(path, (cause as Error).message);
  }
  const { data, error } = schema.safeParse(json);
  if (error)
    throw badTruth(path, error.issues.map(({ path: keys, message }) => `${keys.join(".")}: ${message}`).join("; "));
  if (!data.edges && !data.graphs) throw badTruth(path, "it has neither edges nor graphs");
  const strange = variables.find((name) => !data.nodes.includes(name));
  if (strange !== undefined || data.nodes.length !== variables.length) {
    throw badTruth(path, `its nodes are ${data.nodes.join(", ")}; the variables are ${variables.join(", ")}`);
  }
  return data;
}

const badTruth = (path: string, why: string): Error =>
  usageError(
    "BAD_TRUTH",
    `The truth file '${path}' cannot be used: ${why}.`,
    'Write { "nodes": […], "edges": [{ "from", "to", "lag", "weight" }] }, or "graphs": { "<unit>": { "edges": […] } }.',
  );

/** Marks of a graph against the truth; per unit where both have graphs of units. */
export function scoreAgainst(graph: CausalGraph, truth: Truth): TruthView {
  if (truth.graphs && graph.graphs) return scoreUnits(graph, truth.graphs);
  if (!truth.edges) {
    throw usageError(
      "BAD_TRUTH",
      `The truth has one graph per unit, but '${graph.engine.id}' gives a single one.`,
      "Use an engine with one graph per unit, or a truth with edges.",
    );
  }
  const score = scoreGraph(graph, { nodes: truth.nodes, edges: truth.edges });
  const lag0 = graph.edges.some(({ lag }) => lag === 0);
  const pairs = scoredPairs(lag0 ? graph.edges.filter(({ lag }) => lag === 0) : graph.edges, truth.edges, lag0);
  const ranking = lag0 || !score.lagged ? score : score.lagged;
  return {
    auroc: ranking.auroc,
    auprc: ranking.auprc,
    shd: lag0 ? score.shd : null,
    ...calibration(pairs),
  };
}

interface ScoredPair {
  readonly probability: number | null;
  readonly outcome: number;
}

function scoreUnits(graph: CausalGraph, truths: NonNullable<Truth["graphs"]>): TruthView {
  const perUnit = Object.entries(graph.graphs!).flatMap(([unit, { edges }]) => {
    const truth = truths[unit];
    return truth ? [scoredPairs(edges, truth.edges, false)] : [];
  });
  if (perUnit.length === 0) {
    throw usageError("BAD_TRUTH", "The truth names none of the units of the data.", "Use the same unit names in both.");
  }
  const mean = (score: (outcomes: number[], probabilities: number[]) => number): number => {
    const values = perUnit
      .map((pairs) =>
        score(
          pairs.map(({ outcome }) => outcome),
          pairs.map(({ probability }) => probability ?? 0),
        ),
      )
      .filter(Number.isFinite);
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  return { auroc: mean(byRank(auroc)), auprc: mean(byRank(auprc)), shd: null, ...calibration(perUnit.flat()) };
}

const byRank =
  (rank: typeof auroc) =>
  (outcomes: number[], probabilities: number[]): number =>
    rank(probabilities, outcomes);

/** One entry per ordered pair of different nodes: the highest probability over lags, and whether any lag is true. */
function scoredPairs(edges: readonly CausalEdge[], truth: readonly TrueEdge[], samePeriod: boolean): ScoredPair[] {
  const real = new Set(truth.filter(({ lag }) => !samePeriod || lag === 0).map(({ from, to }) => `${from}\u0000${to}`));
  const pairs = new Map<string, number | null>();
  for (const { from, to, probability } of edges) {
    if (from === to) continue;
    const key = `${from}\u0000${to}`;
    const before = pairs.get(key) ?? null;
    pairs.set(key, probability === null ? before : Math.max(before ?? 0, probability));
  }
  return [...pairs].map(([key, probability]) => ({ probability, outcome: real.has(key) ? 1 : 0 }));
}

function calibration(pairs: readonly ScoredPair[]): Pick<TruthView, "brier" | "ece" | "reliability"> {
  if (pairs.length === 0 || pairs.some(({ probability }) => probability === null)) {
    return { brier: null, ece: null, reliability: [] };
  }
  const probabilities = pairs.map(({ probability }) => probability!);
  const outcomes = pairs.map(({ outcome }) => outcome);
  return {
    brier: brierScore(probabilities, outcomes),
    ece: expectedCalibrationError(probabilities, outcomes),
    reliability: reliability(probabilities, outcomes),
  };
}
