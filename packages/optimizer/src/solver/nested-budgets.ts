// One budget over all cells and, below it, budgets of groups that share no cell: channels whose regions are planned apart.
// Conditions of this shape can be met exactly, group by group.

import type { LinearRow } from "../linear/rows.js";
import type { SolverProblem } from "./contract.js";

export interface Budget {
  readonly lower: number;
  readonly upper: number;
}

export interface BudgetGroup extends Budget {
  readonly indices: readonly number[];
}

export interface NestedBudgets {
  readonly whole: Budget;
  /** Every cell is in exactly one group; cells without a condition of their own are groups without bounds. */
  readonly groups: readonly BudgetGroup[];
}

/** The conditions of a problem as nested budgets; null when they have another shape. */
export function nestedBudgets({ rows, lower }: SolverProblem): NestedBudgets | null {
  const n = lower.length;
  let whole: Budget = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };
  const groups: BudgetGroup[] = [];
  const taken = new Uint8Array(n);
  for (const row of rows) {
    const indices = plainSum(row);
    if (indices === null) return null;
    if (indices.length === n) {
      whole = { lower: Math.max(whole.lower, row.lower), upper: Math.min(whole.upper, row.upper) };
      continue;
    }
    if (indices.some((i) => taken[i] === 1)) return null;
    for (const i of indices) taken[i] = 1;
    groups.push({ indices, lower: row.lower, upper: row.upper });
  }
  for (let i = 0; i < n; i++) {
    if (taken[i] === 1) continue;
    groups.push({ indices: [i], lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY });
  }
  return { whole, groups };
}

function plainSum({ indices, coefficients }: LinearRow): number[] | null {
  for (let k = 0; k < indices.length; k++) if (coefficients[k] !== 1) return null;
  const own = Array.from(indices);
  return new Set(own).size === own.length ? own : null;
}

/** Least and most that the groups can spend together; null when one of them cannot meet its own bounds. */
export function reachOf(
  { groups }: NestedBudgets,
  least: (i: number) => number,
  most: (i: number) => number,
): Budget | null {
  let lower = 0;
  let upper = 0;
  for (const group of groups) {
    const low = group.indices.reduce((sum, i) => sum + least(i), 0);
    const high = group.indices.reduce((sum, i) => sum + most(i), 0);
    const slack = 1e-12 * Math.max(Math.abs(low), Math.abs(high));
    if (low > group.upper + slack || high < group.lower - slack) return null;
    lower += Math.max(low, group.lower);
    upper += Math.min(high, group.upper);
  }
  return { lower, upper };
}
