import type { LinearProblem } from "../linear/problem.js";

/**
 * An order that follows the strongest same-period effects: edges are taken by falling |w|·(scale of cause) and kept
 * while they close no cycle with those kept before; required edges come first.
 *
 * @param weights by target, [d, P]
 * @returns causes first; ties keep the column order
 */
export function orderOfWeights(problem: LinearProblem, weights: Float64Array): number[] {
  const { targets: d, predictors, required } = problem;
  const reaches = new Uint8Array(d * d); // cause first, includes self
  for (let i = 0; i < d; i++) reaches[i * d + i] = 1;
  const candidates: { from: number; to: number; strength: number }[] = [];
  for (let to = 0; to < d; to++) {
    for (let from = 0; from < d; from++) {
      const weight = Math.abs(weights[to * predictors + from]!);
      const strength = required[to * d + from] ? Number.POSITIVE_INFINITY : weight;
      if (from !== to && strength > 0) candidates.push({ from, to, strength });
    }
  }
  candidates.sort((a, b) => b.strength - a.strength || a.to - b.to || a.from - b.from);
  for (const { from, to } of candidates) {
    if (reaches[to * d + from] || reaches[from * d + to]) continue;
    for (let a = 0; a < d; a++) {
      if (!reaches[a * d + from]) continue;
      for (let b = 0; b < d; b++) if (reaches[to * d + b]) reaches[a * d + b] = 1;
    }
  }
  const depth = (node: number): number => {
    let count = 0;
    for (let a = 0; a < d; a++) count += reaches[a * d + node]!;
    return count;
  };
  const depths = Array.from({ length: d }, (_, node) => depth(node));
  return Array.from({ length: d }, (_, node) => node).sort((a, b) => depths[a]! - depths[b]! || a - b);
}
