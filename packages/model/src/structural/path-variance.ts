// How much each channel's effect changes from knot to knot, from the expected squares of its steps.

import { solveLower } from "../linear-algebra/cholesky.js";
import type { ArrowFactor } from "./curvature.js";
import { knotValues, learnedStep } from "./effect-path.js";
import { evaluateUnit } from "./forward.js";
import type { Problem } from "./objective.js";
import { trainingState } from "./objective.js";
import type { Point } from "./preconditioned.js";
import type { Variances } from "./variance.js";

// Step sizes from the expected squares of the steps between knots, at the mode and with the spread around it. Those
// that the data decide count in the pull: −½ log|curvature of the path| = −(steps decided) · log(contribution) + const.
export function pathEvidence(
  problem: Problem,
  mode: Point,
  factor: ArrowFactor,
): Pick<Variances, "effectStep" | "pathPull"> {
  const { layout, design, variances } = problem;
  const path = layout.path!;
  const spread = new Float64Array(layout.shared);
  const decided: number[] = [];
  const effectStep = Array.from({ length: design.channels }, (_, c) => {
    const values = knotValues(path, design.channels, c, mode.shared);
    let squares = 0;
    let open = 0;
    for (let k = 0; k + 1 < path.knots; k++) {
      const i = path.start + c * path.knots + k;
      spread.fill(0);
      spread[i] = -1;
      spread[i + 1] = 1;
      solveLower(factor.schur, layout.shared, spread);
      squares += (values[k + 1]! - values[k]!) ** 2;
      for (const value of spread) open += value * value;
    }
    decided.push(Math.max(0, path.knots - 1 - open / variances.effectStep[c]! ** 2));
    return learnedStep(path, squares + open);
  });
  return { effectStep, pathPull: contributionSlopes(problem, mode, decided) };
}

/** `Σ_c weight_c · ∂ log(contribution_c) / ∂ shared`, contributions summed over the cells that are used. */
function contributionSlopes(problem: Problem, mode: Point, channelWeights: readonly number[]): number[] {
  const { layout, design, work, weights } = problem;
  const { trainingEnd, periods, channels } = design;
  const state = trainingState(problem, mode.shared);
  const sums = new Float64Array(channels);
  const slopes = new Float64Array(layout.baseline);
  for (let r = 0; r < design.units; r++) {
    evaluateUnit(design, layout, state, mode.shared, mode.own, r, work);
    for (let t = 0; t < trainingEnd; t++) {
      if (weights[r * trainingEnd + t] === 0) continue;
      for (let c = 0; c < channels; c++) sums[c]! += work.media[c * periods + t]!;
      for (let i = 0; i < slopes.length; i++) slopes[i]! += work.jacobian[i * trainingEnd + t]!;
    }
  }
  return layout.channels.flatMap(({ adstockStart, effect }, c) =>
    Array.from(slopes.subarray(adstockStart, effect + 1), (slope) => (channelWeights[c]! * slope) / sums[c]!),
  );
}
