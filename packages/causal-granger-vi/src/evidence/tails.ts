// How heavy the tails of each node's noise are, decided for all shops together.

import { logGamma } from "../mixture/special.js";
import type { Shop } from "../shops/shop.js";
import { type DesignOptions, designShop } from "./design.js";
import { targetColumns } from "./projection.js";
import { leastCore, studentRows } from "./student-rows.js";

const degreesTried = [2, 3, 4, 6, 10, 20];
/** Degrees of freedom of the rows' weights while the tails are not known. */
const usualDegrees = 4;
/** Nats that heavy tails must gain over normal noise. */
const leastGain = 2;

/**
 * Degrees of freedom of each node's Student-t noise, 0 where normal noise is as likely: the best sum of log likelihoods,
 * over shops, of what a regression of the node on all others leaves.
 *
 * @param ridge precision of the regression's effects
 */
export function detectTails(
  shops: readonly Shop[],
  nodes: number,
  options: DesignOptions,
  ridge: number,
): Float64Array {
  const sums = Array.from({ length: nodes }, () => new Float64Array(degreesTried.length + 1));
  for (const shop of shops) {
    const design = designShop(shop, nodes, options);
    for (let target = 0; target < nodes; target++) {
      const others = Array.from({ length: nodes }, (_, node) => node).filter((node) => node !== target);
      const { nuisance, kept } = targetColumns(design, target, others, options.width, options.ownLags);
      const columns = [...nuisance, ...kept].map((k) => design.columns[k]!);
      const y = columns.pop()!;
      const { residuals } = studentRows(columns, nuisance.length, y, ridge, usualDegrees);
      tailLikelihoods(residuals).forEach((value, k) => {
        sums[target]![k]! += value;
      });
    }
  }
  return Float64Array.from(sums, likeliest);
}

/** Log likelihood of residuals under Student-t noise of the best scale, for each number of degrees tried; normal last. */
function tailLikelihoods(residuals: Float64Array): Float64Array {
  const rows = residuals.length;
  const square = residuals.reduce((sum, r) => sum + r * r, 0) / Math.max(1, rows);
  if (!(square > 0)) return new Float64Array(degreesTried.length + 1);
  const student = degreesTried.map((degrees) => {
    let scale = square;
    for (let round = 0; round < 20; round++) {
      let sum = 0;
      for (const r of residuals) sum += ((degrees + 1) * r * r) / (degrees + (r * r) / scale);
      scale = Math.max(sum / rows, leastCore ** 2 * square);
    }
    const constant = logGamma((degrees + 1) / 2) - logGamma(degrees / 2) - 0.5 * Math.log(degrees * Math.PI * scale);
    let log = rows * constant;
    for (const r of residuals) log -= ((degrees + 1) / 2) * Math.log1p((r * r) / (degrees * scale));
    return log;
  });
  return Float64Array.of(...student, -0.5 * rows * (Math.log(2 * Math.PI * square) + 1));
}

function likeliest(likelihoods: Float64Array): number {
  const normal = likelihoods[degreesTried.length]!;
  let best = 0;
  for (let k = 1; k < degreesTried.length; k++) if (likelihoods[k]! > likelihoods[best]!) best = k;
  return likelihoods[best]! > normal + leastGain ? degreesTried[best]! : 0;
}
