import type { Polytope } from "../linear/rows.js";
import type { SolverProblem } from "./contract.js";

/** Bounds and rows that leave every switch as the plan `x` has it. */
export function holdSwitches(problem: SolverProblem, x: Float64Array): Polytope {
  const upper = problem.upper.slice();
  const rows = [...problem.rows];
  for (const { name, indices, minimum } of problem.switches) {
    const spent = indices.reduce((sum, i) => sum + x[i]!, 0);
    if (spent === 0) for (const i of indices) upper[i] = 0;
    else
      rows.push({
        name,
        indices,
        coefficients: indices.map(() => 1),
        lower: Math.min(minimum, spent),
        upper: Infinity,
      });
  }
  return { lower: problem.lower, upper, rows };
}
