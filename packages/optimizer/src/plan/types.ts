// `plan.json`, schema id `mmm.plan/v1`: what to spend, what to expect from it, and how far to trust that. Additions are
// free, renames are not.

import type { Diagnostic, Frequency } from "@mmm/core";
import type { Interval } from "@mmm/model";
import type { Objective } from "../objective/objective.js";
import type { Goal } from "../problem/request.js";
import type { Timing } from "../response/response-model.js";

/** Money and what it brings. KPI is incremental: compared with no spend in the horizon. */
export interface Outcome {
  readonly spend: number;
  readonly kpi: Interval;
  /** KPI × value per KPI; null when that is unknown, as are the following. */
  readonly value: Interval | null;
  readonly roi: Interval | null;
  readonly profit: Interval | null;
}

export interface ChannelPlan {
  readonly name: string;
  readonly current: { readonly spend: number; readonly kpi: Interval; readonly roi: Interval | null };
  readonly optimal: { readonly spend: number; readonly kpi: Interval; readonly roi: Interval | null };
  /** Relative change of spend; null where today's is 0. */
  readonly change: number | null;
  /** KPI per money of the next unit of money, at the plan. */
  readonly marginalKpi: number;
  /** Least and most that the data have shown in one period, times the periods of the horizon. */
  readonly observed: readonly [number, number];
  /** Money that lies above the most that the data have shown in one period, in the periods where it does. */
  readonly beyondObserved: number;
  /** More than 1 % of the money lies beyond. */
  readonly extrapolated: boolean;
}

export interface AllocationRow {
  readonly channel: string;
  readonly unit: string | null;
  readonly period: string | null;
  readonly current: number;
  readonly optimal: number;
}

/** A condition that holds the plan back. */
export interface BindingCondition {
  readonly name: string;
  /** KPI per unit by which the condition is relaxed. */
  readonly shadowPrice: number;
  readonly words: string;
}

export interface SensitivityRow {
  readonly change: number;
  readonly spend: number;
  readonly kpi: number;
  readonly kpiChange: number;
}

export interface Certificate {
  /** Largest violation of any condition, relative to its size. */
  readonly maxViolation: number;
  /** What a first-order move within the conditions could still add, as a part of the objective; 0 at a KKT point. */
  readonly kktResidual: number;
  /** No plan is better by more than this part of the objective; null when that is not proved. */
  readonly optimalityGap: number | null;
  /** The plan is at least as good as today's amounts with the plan's timing; null when those break a condition. */
  readonly notWorseThanCurrent: boolean | null;
  /** Today's plan was returned because nothing better was found. */
  readonly keptCurrent: boolean;
  readonly solver: string;
  readonly status: "optimal" | "stationary" | "stopped";
  readonly evaluations: number;
  /** Part of the gain in KPI that comes from spending more in a period than was ever observed. */
  readonly gainOutsideObserved: number;
  readonly sensitivity: readonly SensitivityRow[];
}

export interface Plan {
  readonly schema: "mmm.plan/v1";
  readonly kpi: string;
  readonly currency: string | null;
  readonly valuePerKpi: number | null;
  readonly goal: Goal;
  readonly objective: Objective;
  readonly horizon: {
    readonly periods: number;
    readonly from: string;
    readonly to: string;
    /** What a period is; null when unknown. */
    readonly frequency: Frequency | null;
  };
  /** How the plan spreads money over the horizon; today's plan is as it is really spent. */
  readonly timing: Timing;
  /** Probability mass of every interval, and how many draws are behind them. */
  readonly interval: number;
  readonly draws: number;
  readonly expected: {
    readonly current: Outcome;
    readonly optimal: Outcome;
    /** Optimal minus current, draw by draw. */
    readonly gain: Interval;
    readonly probabilityOfGain: number;
    /** Change of profit, draw by draw, and how often it is one; null when the worth of the KPI is unknown. */
    readonly profit: { readonly gain: Interval; readonly probability: number } | null;
    /** Today's amounts spread as the plan spreads money, and the plan's gain over them; null where that is as today. */
    readonly sameTiming: { readonly current: Outcome; readonly gain: Interval } | null;
  };
  readonly channels: readonly ChannelPlan[];
  readonly allocation: readonly AllocationRow[];
  readonly binding: readonly BindingCondition[];
  readonly certificate: Certificate;
  readonly diagnostics: readonly Diagnostic[];
  /** The best plan for each of several budgets, where that was computed. */
  readonly frontier?: readonly FrontierPoint[];
  /** Plans side by side under the same draws, today's first, where there is something to compare. */
  readonly scenarios?: readonly ScenarioRow[];
}

/** The best plan for one budget. */
export interface FrontierPoint extends Outcome {
  /** KPI per money of the next unit of money. */
  readonly marginalKpi: number;
  /** Money per channel. */
  readonly channels: Readonly<Record<string, number>>;
}

/** One of several plans compared. */
export interface ScenarioRow {
  readonly name: string;
  /** Money per channel. */
  readonly spend: Readonly<Record<string, number>>;
  readonly outcome: Outcome;
  /** KPI compared with today's plan, draw by draw. */
  readonly gain: Interval;
  readonly probabilityOfGain: number;
}
