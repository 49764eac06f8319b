// How well scores rank true edges above absent ones, whatever the threshold.

import { usageError } from "@mmm/core";
import { sizeOf } from "../graph/adjacency.js";

/**
 * Area under the ROC curve: the probability that a true item scores above a false one, ties counting one half.
 *
 * @returns NaN when all labels are equal
 * @throws MmmError `NAN_SCORE`
 */
export function auroc(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const order = descending(scores);
  let positives = 0;
  let rankSum = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    let inTie = 0;
    while (end < order.length && scores[order[end]!] === scores[order[start]!]) inTie += labels[order[end++]!] ? 1 : 0;
    rankSum += inTie * (order.length - (start + end - 1) / 2);
    positives += inTie;
    start = end;
  }
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) return Number.NaN;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/**
 * Average precision: Σ (recall step × precision) over thresholds; tied scores enter together.
 *
 * @returns NaN when there is no true item
 * @throws MmmError `NAN_SCORE`
 */
export function auprc(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const order = descending(scores);
  const positives = order.reduce((count, item) => count + (labels[item] ? 1 : 0), 0);
  if (positives === 0) return Number.NaN;
  let found = 0;
  let area = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    let inTie = 0;
    while (end < order.length && scores[order[end]!] === scores[order[start]!]) inTie += labels[order[end++]!] ? 1 : 0;
    found += inTie;
    area += (inTie / positives) * (found / end);
    start = end;
  }
  return area;
}

/** Off-diagonal entries of a `[size, size]` array, row by row; `absolute` takes |x|. */
export function offDiagonal(
  square: ArrayLike<number>,
  { absolute = false }: { readonly absolute?: boolean } = {},
): Float64Array {
  const size = sizeOf(square);
  const out = new Float64Array(size * (size - 1));
  for (let i = 0, k = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      if (i !== j) out[k++] = absolute ? Math.abs(square[i * size + j]!) : square[i * size + j]!;
    }
  }
  return out;
}

function descending(scores: ArrayLike<number>): number[] {
  for (let i = 0; i < scores.length; i++) {
    if (Number.isNaN(scores[i])) {
      throw usageError(
        "NAN_SCORE",
        `Score ${i} of ${scores.length} is NaN; a ranking needs numbers.`,
        "Leave such pairs out, or score them 0.",
      );
    }
  }
  return Array.from(scores, (_, index) => index).sort((a, b) => scores[b]! - scores[a]!);
}
