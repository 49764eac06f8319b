// What a planner may ask for. Money is the total over the horizon, in the model's currency.

import type { Objective } from "../objective/objective.js";

export type Goal =
  /** Spend exactly `total` (default: today's total) as well as possible. */
  | { readonly kind: "budget"; readonly total?: number }
  /** Choose the budget with the largest value of KPI minus spend; `atMost` limits it. */
  | { readonly kind: "profit"; readonly atMost?: number }
  /** Reach an incremental KPI at least cost. */
  | { readonly kind: "kpi"; readonly target: number }
  /** The largest KPI whose value is at least `target` times the spend. */
  | { readonly kind: "roi"; readonly target: number; readonly atMost?: number }
  /** Spend until the next unit of money returns only `target`. */
  | { readonly kind: "mroi"; readonly target: number; readonly atMost?: number };

/** Limits of one channel. Several may be given; all hold. */
export interface ChannelLimit {
  readonly min?: number;
  readonly max?: number;
  /** Largest fall and rise relative to today: `[-0.3, 0.3]`. */
  readonly change?: readonly [down: number, up: number];
  /** Keep today's spend (`true`), or set it. */
  readonly fixed?: true | number;
  /** Either nothing, or at least this much. */
  readonly minimum?: number;
  /** Least and most of each cell, where units or periods are planned apart. */
  readonly eachCell?: { readonly min?: number; readonly max?: number; readonly minimum?: number };
}

/** Limits of several channels together; `minShare` and `maxShare` are parts of the whole budget. */
export interface GroupLimit {
  readonly name: string;
  readonly channels: readonly string[];
  /** Only these units, these periods, where they are planned apart. Default: all. */
  readonly units?: readonly string[];
  readonly periods?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly minShare?: number;
  readonly maxShare?: number;
}

/** `min ≤ spend of numerator / spend of denominator ≤ max`. */
export interface RatioLimit {
  readonly name?: string;
  readonly numerator: readonly string[];
  readonly denominator: readonly string[];
  readonly min?: number;
  readonly max?: number;
}

export interface PlanRequest {
  readonly goal: Goal;
  /** Default: expected KPI. */
  readonly objective?: Objective;
  /**
   * Limits by channel name; `"*"` stands for channels that are not named. Default: from half to twice today's spend,
   * of today's split at the new total where the goal is a budget.
   */
  readonly limits?: Readonly<Record<string, ChannelLimit>>;
  readonly groups?: readonly GroupLimit[];
  readonly ratios?: readonly RatioLimit[];
  /** Money per KPI unit, in place of the model's: revenue, or margin to plan for profit. */
  readonly valuePerKpi?: number;
  /** Part of that value that is left after costs, above 0 and up to 1: value, ROI and profit then count margin. */
  readonly margin?: number;
  /** Every amount a multiple of this. Default: any amount. */
  readonly step?: number;
}
