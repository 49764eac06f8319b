// What a solver gets and gives. The problem is already numbers: no channels, no draws, no money. Add a solver of your
// own by making a value of type `AllocationSolver`.

import { type RunHooks, throwIfCancelled } from "@mmm/core";
import type { Polytope } from "../linear/rows.js";

/** Cells that are either all 0, or add up to at least `minimum`. */
export interface Switch {
  readonly name: string;
  readonly indices: readonly number[];
  readonly minimum: number;
}

/** Maximise a smooth value over a polytope, with on/off conditions. */
export interface SolverProblem extends Polytope {
  readonly switches: readonly Switch[];
  /** Value of a plan; writes the gradient when one is given. */
  evaluate(x: Float64Array, gradient: Float64Array | null): number;
  /** True when the value is known to be concave. */
  readonly concave: boolean;
  /** Present when the value is a sum over cells: writes `[value, slope]` of one cell to `out`. */
  readonly cell: ((i: number, x: number, out: Float64Array) => void) | null;
  /** Plans to start from, best guess first; not necessarily feasible. */
  readonly starts: readonly Float64Array[];
}

export interface SolverOptions {
  /** Relative change of the value at which to stop. Default 1e-9. */
  readonly tolerance?: number;
  /** Random starts beside the given ones, for values that are not concave. Default 8. */
  readonly restarts?: number;
  readonly seed?: number;
}

export interface SolverResult {
  /**
   * `optimal`: no better plan exists, up to `bound`. `stationary`: no small change improves it. `stopped`: out of steps.
   * `infeasible`: the conditions contradict each other.
   */
  readonly status: "optimal" | "stationary" | "stopped" | "infeasible";
  readonly x: Float64Array;
  readonly value: number;
  /** No plan has a larger value; null when that could not be proved. */
  readonly bound: number | null;
  readonly evaluations: number;
}

export interface AllocationSolver {
  readonly id: string;
  readonly specVersion: "v1";
  readonly title: string;
  /** Papers and software the method comes from, one reference a line. */
  readonly citations: readonly string[];
  /** Null when the solver can take the problem, otherwise what it cannot do, in words. */
  refuses(problem: SolverProblem): string | null;
  solve(problem: SolverProblem, options?: SolverOptions, hooks?: RunHooks): Promise<SolverResult>;
}

/** Freeze a solver value; the place where a later spec version would be adapted. */
export function defineAllocationSolver(solver: AllocationSolver): AllocationSolver {
  return Object.freeze({ ...solver });
}

/** The result when no plan meets the conditions. */
export function infeasible(problem: SolverProblem, evaluations: number, hooks?: RunHooks): SolverResult {
  throwIfCancelled(hooks);
  const x = new Float64Array(problem.lower.length).fill(Number.NaN);
  return { status: "infeasible", x, value: Number.NEGATIVE_INFINITY, bound: null, evaluations };
}
