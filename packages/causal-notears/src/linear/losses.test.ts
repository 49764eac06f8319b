import { momentsOf } from "@mmm/causal";
import { simulateLinear } from "@mmm/causal/simulate";
import { createRandom } from "@mmm/core";
import { describe, expect, it } from "vitest";
import { additiveLoss } from "../nonlinear/additive-loss.js";
import { linearDesign } from "./design.js";
import { generalisedLoss, rowDesign } from "./generalised.js";
import { leastSquares } from "./least-squares.js";
import { gaussianLikelihood } from "./likelihood.js";
import type { LinearLoss } from "./problem.js";

const d = 5;
const { data } = simulateLinear({ family: "ER1", size: d, seed: 1, rows: 60 });
const counts = { ...data, values: data.values.map((value) => Math.min(4, Math.round(Math.abs(value)))) };
const marks = { ...data, values: data.values.map((value) => (value > 0 ? 1 : 0)) };
const design = linearDesign(momentsOf(data), d, false);

const losses: [string, LinearLoss, number][] = [
  ["least squares", leastSquares(design), d],
  ["equal-variance likelihood", gaussianLikelihood(design, "equal"), d],
  ["unequal-variance likelihood", gaussianLikelihood(design, "unequal"), d],
  ["logistic", generalisedLoss(rowDesign(marks), "logistic"), d + 1],
  ["Poisson", generalisedLoss(rowDesign(counts), "poisson"), d + 1],
  ["additive l2", additiveLoss(momentsOf(data).correlation.slice(0), 2, "l2"), d - 2],
  ["additive likelihood", additiveLoss(momentsOf(data).correlation.slice(0), 2, "likelihood"), d - 2],
];

describe.each(losses)("%s", (name, loss, predictors) => {
  it("has the gradient of its value", () => {
    const random = createRandom(2);
    const targets = name.startsWith("additive") ? 2 : d;
    const size = targets * predictors;
    const weights = Float64Array.from({ length: size }, () => 0.1 * random.normal());
    const gradient = new Float64Array(size);
    const scratch = new Float64Array(size);
    loss(weights, gradient);
    const step = 1e-6;
    for (let k = 0; k < size; k++) {
      const [up, down] = [weights.slice(), weights.slice()];
      up[k]! += step;
      down[k]! -= step;
      const slope = (loss(up, scratch) - loss(down, scratch)) / (2 * step);
      expect(Math.abs(slope - gradient[k]!)).toBeLessThan(1e-5 * Math.max(1, Math.abs(slope)));
    }
  });
});

it("least squares from the covariance equals the sum over rows", () => {
  const random = createRandom(3);
  const weights = Float64Array.from({ length: d * d }, () => 0.3 * random.normal());
  const means = Array.from({ length: d }, (_, j) => {
    let sum = 0;
    for (let t = 0; t < data.rows; t++) sum += data.values[t * d + j]!;
    return sum / data.rows;
  });
  let direct = 0;
  for (let t = 0; t < data.rows; t++) {
    for (let j = 0; j < d; j++) {
      let residual = data.values[t * d + j]! - means[j]!;
      for (let i = 0; i < d; i++) residual -= weights[j * d + i]! * (data.values[t * d + i]! - means[i]!);
      direct += residual ** 2 / (2 * data.rows);
    }
  }
  expect(leastSquares(design)(weights, new Float64Array(d * d)) / direct).toBeCloseTo(1, 12);
});

it("the unequal-variance likelihood moves by a constant when columns and weights are rescaled together", () => {
  const scale = [1, 1e3, 0.02, 7, 1e-3];
  const weights = new Float64Array(d * d);
  const other = new Float64Array(d * d);
  const covariance = design.covariance.map((value, k) => value * scale[Math.floor(k / d)]! * scale[k % d]!);
  const random = createRandom(4);
  const difference = (): number => {
    for (let j = 0; j < d; j++) {
      for (let i = 0; i < j; i++) {
        weights[j * d + i] = random.normal();
        other[j * d + i] = (weights[j * d + i]! * scale[j]!) / scale[i]!;
      }
    }
    const scratch = new Float64Array(d * d);
    const original = gaussianLikelihood(design, "unequal")(weights, scratch);
    return gaussianLikelihood({ ...design, covariance }, "unequal")(other, scratch) - original;
  };
  const first = difference();
  for (let draw = 0; draw < 3; draw++) expect(difference()).toBeCloseTo(first, 8);
});
