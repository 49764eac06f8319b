// What the optimiser needs to know of a model: which sums of money can be moved, and what KPI they cause. Any model can
// offer it; `responseModelOf` makes it from a Fit, `gridResponse` from curves written down by hand. Nothing here knows
// how a model was fitted.

import type { Frequency } from "@mmm/core";

/** One sum of money that the optimiser decides: a channel, in a unit and a period where those are planned apart. */
export interface SpendCell {
  /** Index into `channels`. */
  readonly channel: number;
  /** Index into `units`; null when the cell covers all of them. */
  readonly unit: number | null;
  /** Index into `periods`; null when the cell covers the whole horizon. */
  readonly period: number | null;
}

/**
 * How a plan spreads money over the periods of the horizon. `today`: each channel keeps the pattern of its last observed
 * periods. `even`: the same in every period. `planned`: the plan decides. `settled`: even, with today's plan made even
 * too and carryover settled, as in the response curves of a fit.
 */
export type Timing = "today" | "even" | "planned" | "settled";

/**
 * Response of a KPI to a plan over a horizon, under each of `draws` equally likely parameter sets.
 *
 * Money is always the total of a cell over the horizon. KPI is incremental: what the plan causes compared with spending
 * nothing in the horizon, so a plan of zeros gives zero.
 */
export interface ResponseModel {
  readonly channels: readonly string[];
  readonly units: readonly string[];
  /** Labels of the periods of the horizon. */
  readonly periods: readonly string[];
  /** What a period is, where it is known. */
  readonly frequency?: Frequency;
  readonly kpi: string;
  readonly currency: string | null;
  /** Money per KPI unit, to turn KPI into value; null when unknown. */
  readonly valuePerKpi: number | null;
  readonly cells: readonly SpendCell[];
  /** Spend of each cell if everything went on as it does today. */
  readonly current: Float64Array;
  /** Smallest and largest spend of each cell that the data have shown, over the same length of time. */
  readonly observed: { readonly lower: Float64Array; readonly upper: Float64Array };
  /** Default "today". */
  readonly timing?: Timing;
  /**
   * KPI by channel of today's spend as it really falls on periods and units, where the cells spread it otherwise.
   * Absent: `byChannel(current)`.
   */
  readonly todayByChannel?: (draw: number) => Float64Array;
  /** A plan with every period held to the most that was observed. Absent: cells are held to `observed.upper`. */
  readonly inside?: (spend: Float64Array) => InsidePlan;
  readonly draws: number;
  /** True when channels bring each other along on top of their own budgets. */
  readonly linked?: boolean;
  /**
   * Incremental KPI of a plan under one draw.
   *
   * @param spend one number per cell, ≥ 0
   * @param gradient receives the derivative by each cell when given
   */
  evaluate(spend: Float64Array, draw: number, gradient: Float64Array | null): number;
  /** The same KPI by channel; the entries add up to `evaluate`. */
  byChannel(spend: Float64Array, draw: number): Float64Array;
  /** True when the KPI is a concave function of the plan under every draw. */
  readonly concave: boolean;
  /** Present when the KPI is a sum over cells: writes `[value, slope]` of one cell to `out`. */
  readonly cellResponse: ((cell: number, spend: number, draw: number, out: Float64Array) => void) | null;
  /** Points of curves that one call of `cellResponse` computes; costly cells are read from tables. Default 1. */
  readonly cellCost?: number;
  /** The same averaged over the draws, where that is quicker than asking draw by draw. */
  readonly cellMean?: (cell: number, spend: number, out: Float64Array) => void;
}

/** What is left of a plan inside the observed range. */
export interface InsidePlan {
  /** Money per cell. */
  readonly spend: Float64Array;
  /** Incremental KPI under one draw. */
  evaluate(draw: number): number;
}

/** "tv", "tv in north", "tv in 2024-01-01", "tv in north, 2024-01-01". */
export function cellName(model: ResponseModel, cell: number): string {
  const { channel, unit, period } = model.cells[cell]!;
  const where = [unit !== null && model.units[unit], period !== null && model.periods[period]].filter(Boolean);
  return where.length === 0 ? model.channels[channel]! : `${model.channels[channel]} in ${where.join(", ")}`;
}

/** Sums over the cells of each channel. */
export function channelSpend(model: ResponseModel, spend: Float64Array): Float64Array {
  const sums = new Float64Array(model.channels.length);
  for (const [i, { channel }] of model.cells.entries()) sums[channel]! += spend[i]!;
  return sums;
}

/** KPI of today's plan under every draw, as it is spent today. */
export function todayKpi(model: ResponseModel): Float64Array {
  const { todayByChannel, current, draws } = model;
  return Float64Array.from({ length: draws }, (_, d) =>
    todayByChannel ? todayByChannel(d).reduce((a, b) => a + b, 0) : model.evaluate(current, d, null),
  );
}

/** Mean KPI over all draws, and the gradient of that mean when asked for. */
export function meanResponse(model: ResponseModel, spend: Float64Array, gradient: Float64Array | null): number {
  const own = gradient && new Float64Array(spend.length);
  gradient?.fill(0);
  let sum = 0;
  for (let d = 0; d < model.draws; d++) {
    sum += model.evaluate(spend, d, own);
    if (gradient && own) for (let i = 0; i < own.length; i++) gradient[i]! += own[i]! / model.draws;
  }
  return sum / model.draws;
}
