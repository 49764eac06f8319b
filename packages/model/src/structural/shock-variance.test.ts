import { createRandom } from "@mmm/core";
import { expect, it } from "vitest";
import { cholesky, invertFactored } from "../linear-algebra/cholesky.js";
import { arrowSystem, factorArrow, sharedCovariance } from "./curvature.js";
import type { Problem } from "./objective.js";
import { shockSpectrum } from "./shock-variance.js";
import { shockCovariance } from "./variance.js";

it.each([1, 2, 9])("of %i shocks the spectrum gives log |K| and E[sᵀ K⁻¹ s] of the dense prior", (shocks) => {
  const random = createRandom(5);
  const shock = 2;
  const size = shock + shocks + 1;
  const system = arrowSystem(size, 0, 1);
  const rows = Float64Array.from({ length: size * 20 }, () => random.normal());
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      for (let k = 0; k < 20; k++) system.sharedBlock[i * size + j]! += rows[i * 20 + k]! * rows[j * 20 + k]!;
    }
  }
  const factor = factorArrow(system, 0)!;
  const mode = { shared: Float64Array.from({ length: size }, () => random.normal()), own: new Float64Array(0) };
  const layout = { shock, shocks, shared: size } as Problem["layout"];
  const { walk, energy } = shockSpectrum({ layout }, mode, factor);

  const [step, noise] = [0.7, 0.3];
  const dense = shockCovariance(shocks, step, noise);
  cholesky(dense, shocks);
  const precision = invertFactored(dense, shocks);
  const spread = sharedCovariance(factor);
  let logDeterminant = 0;
  let expected = 0;
  for (let s = 0; s < shocks; s++) {
    logDeterminant += 2 * Math.log(dense[s * shocks + s]!);
    for (let t = 0; t < shocks; t++) {
      const second = mode.shared[shock + s]! * mode.shared[shock + t]! + spread[(shock + s) * size + shock + t]!;
      expected += precision[s * shocks + t]! * second;
    }
  }
  const variances = Array.from(walk, (value) => step ** 2 * value + noise ** 2);
  expect(variances.reduce((sum, value) => sum + Math.log(value), 0)).toBeCloseTo(logDeterminant, 9);
  expect(variances.reduce((sum, value, k) => sum + energy[k]! / value, 0)).toBeCloseTo(expected, 9);
});
