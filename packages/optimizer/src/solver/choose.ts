// Which solver suits a problem: exact ones first, the general one where none of them applies.

import type { AllocationSolver, SolverProblem } from "./contract.js";
import { envelopeSearch } from "./envelope-search.js";
import { marginalEqualisation } from "./marginal-equalisation.js";
import { onOffSearch } from "./on-off.js";
import { smoothSolver } from "./smooth.js";

/** Our solvers, most exact first. */
export function allocationSolvers(): readonly AllocationSolver[] {
  const exact = marginalEqualisation();
  const smooth = smoothSolver();
  return [exact, envelopeSearch(), onOffSearch(exact), smooth, onOffSearch(smooth)];
}

/** The first solver that takes the problem; with none, `smoothSolver` says why. */
export function chooseSolver(
  problem: SolverProblem,
  solvers: readonly AllocationSolver[] = allocationSolvers(),
): AllocationSolver {
  return solvers.find((solver) => solver.refuses(problem) === null) ?? smoothSolver();
}
