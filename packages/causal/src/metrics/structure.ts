// Distances between graphs, counted exactly as in the NOTEARS reference (`count_accuracy`), so that figures compare:
// a reversed edge costs 1 (other software says 2), and an undirected edge on a true link counts as found.

import { usageError } from "@mmm/core";
import { type Adjacency, sizeOf } from "../graph/adjacency.js";
import { dagToCpdag } from "../graph/equivalence.js";
import { isAcyclic } from "../graph/order.js";

/** Edge counts of an estimate against a true DAG. */
export interface StructureScore {
  /** Structural Hamming distance: extra links + missing links + reversed arrows. */
  readonly shd: number;
  /** Found true edges ÷ true edges. */
  readonly tpr: number;
  /** (Reversed + extra edges) ÷ edges drawn. */
  readonly fdr: number;
  /** (Reversed + extra edges) ÷ pairs without a true edge. */
  readonly fpr: number;
  /** Edges drawn; an undirected one counts once. */
  readonly drawn: number;
}

/**
 * SHD, TPR, FDR and FPR of an estimated DAG or CPDAG against the true DAG.
 *
 * Source: Zheng et al. (2018), NOTEARS, reference implementation `utils.count_accuracy`.
 * @example structureScore(adjacencyOf(found), adjacencyOf(truth)).shd
 */
export function structureScore(estimate: Adjacency, truth: Adjacency): StructureScore {
  const size = comparableSize(estimate, truth);
  let trueEdges = 0;
  let drawn = 0;
  let hits = 0;
  let reversed = 0;
  let extra = 0;
  let missing = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const forward = estimate[i * size + j]!;
      const backward = estimate[j * size + i]!;
      const trueForward = truth[i * size + j]!;
      const trueBackward = truth[j * size + i]!;
      const link = forward || backward;
      const trueLink = trueForward || trueBackward;
      trueEdges += trueForward + trueBackward;
      if (link) drawn++;
      if (link && !trueLink) extra++;
      if (!link && trueLink) missing++;
      if (link && trueLink) {
        if ((forward && backward) || forward === trueForward) hits++;
        else reversed++;
      }
    }
  }
  const negatives = (size * (size - 1)) / 2 - trueEdges;
  return {
    shd: extra + missing + reversed,
    tpr: hits / Math.max(trueEdges, 1),
    fdr: (reversed + extra) / Math.max(drawn, 1),
    fpr: (reversed + extra) / Math.max(negatives, 1),
    drawn,
  };
}

/** Number of pairs whose mark (none, →, ←, —) differs between two partially directed graphs. */
export function markDistance(first: Adjacency, second: Adjacency): number {
  const size = comparableSize(first, second);
  let different = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const a = i * size + j;
      const b = j * size + i;
      if (first[a] !== second[a] || first[b] !== second[b]) different++;
    }
  }
  return different;
}

/**
 * SHD between equivalence classes: both graphs are turned into their CPDAG first, then marks are compared.
 *
 * An estimate that is already partially directed is taken as it is; a cyclic one too (it has no CPDAG).
 */
export function shdCpdag(estimate: Adjacency, truth: Adjacency): number {
  return markDistance(isAcyclic(estimate) ? dagToCpdag(estimate) : estimate, dagToCpdag(truth));
}

/** Number of differing marks among all `[size, size]` directed entries, self edges included: for one lag of a graph. */
export function laggedDistance(estimate: Adjacency, truth: Adjacency): number {
  comparableSize(estimate, truth);
  let different = 0;
  for (let k = 0; k < truth.length; k++) if (!estimate[k] !== !truth[k]) different++;
  return different;
}

function comparableSize(first: Adjacency, second: Adjacency): number {
  if (first.length !== second.length) {
    throw usageError(
      "SHAPE",
      `The graphs have ${sizeOf(first)} and ${sizeOf(second)} nodes; only graphs over the same nodes compare.`,
    );
  }
  return sizeOf(first);
}
