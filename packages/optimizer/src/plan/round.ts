// Amounts in whole steps, near a plan in any amounts: round down, then give out the rest step by step where it brings
// most. For separable concave values that is the best plan in whole steps.

import { violation } from "../linear/rows.js";
import type { SolverProblem } from "../solver/contract.js";
import { totalViolation } from "./certify.js";

/**
 * The plan in multiples of `step`, or null when none is near that meets the conditions. A fixed budget may keep back
 * less than one step.
 *
 * Source: Fox (1966), Discrete optimization via marginal analysis.
 */
export function roundToSteps(problem: SolverProblem, x: Float64Array, step: number): Float64Array | null {
  const relaxed = {
    ...problem,
    rows: problem.rows.map((row) =>
      row.lower === row.upper && row.indices.length === x.length ? { ...row, lower: row.lower - step } : row,
    ),
  };
  const tidy = (multiple: number): number => Number((multiple * step).toPrecision(12));
  const out = x.map((spend, i) => {
    const down = tidy(Math.floor(spend / step + 1e-9));
    return down >= problem.lower[i]! ? down : tidy(Math.ceil(problem.lower[i]! / step - 1e-9));
  });
  const base = violation(relaxed, out);
  const gradient = new Float64Array(x.length);
  const target = x.reduce((a, b) => a + b, 0);
  for (let given = 0; given <= 2 * x.length; given++) {
    const left = target - out.reduce((a, b) => a + b, 0);
    if (left < step * (1 - 1e-9)) break;
    problem.evaluate(out, gradient);
    const order = [...gradient.keys()].sort((a, b) => gradient[b]! - gradient[a]!);
    const next = order.find((i) => {
      if (out[i] === 0 && x[i] === 0) return false;
      const before = out[i]!;
      out[i] = tidy(before / step + 1);
      const fits = out[i]! <= problem.upper[i]! * (1 + 1e-12) && violation(relaxed, out) <= Math.max(base, 1e-9);
      out[i] = before;
      return fits;
    });
    if (next === undefined) break;
    out[next] = tidy(out[next]! / step + 1);
  }
  return totalViolation(relaxed, out) <= 1e-9 ? out : null;
}
