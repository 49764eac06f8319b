// The quantities that calibration knows about, as rows of the likelihood: what a lift test measured, the return of a
// channel, and its part of the KPI.

import { columnValues, type Panel } from "@mmm/core";
import { type LiftTest, normalQuantile, type PlacedLiftTest, placeLiftTest } from "@mmm/data";
import type { Design } from "../structural/design.js";
import type { EvidencePoint, EvidenceRow, EvidenceSlope } from "../structural/evidence.js";
import type { Layout } from "../structural/parameters.js";
import { channelResponse, observedCells, type ResponseCells } from "./channel-response.js";
import type { ChannelPrior } from "./priors.js";

/** A function of the parameters in natural units, with its derivative. */
export type Quantity = (point: EvidencePoint, slope?: EvidenceSlope) => number;

interface Model {
  readonly panel: Panel;
  readonly design: Design;
  readonly layout: Layout;
}

/**
 * KPI with the actual activity minus KPI with the activity without the test, over the test's units and periods:
 *
 * `lift = Σ_r Σ_t scale_r (contribution[r,t](x) − contribution[r,t](x without the test))`
 */
export function liftQuantity({ panel, design, layout }: Model, test: LiftTest): Quantity {
  const placed = placeLiftTest(panel, test);
  const model = { layout, lags: design.lags };
  const actual = placed.units.map((r) =>
    observedCells(design, placed.channel, r, placed.start, placed.until, (t) =>
      panel.observed[r * design.periods + t] === 1 ? design.scales.kpi[r]! : 0,
    ),
  );
  const without = actual.map((cells, k) => withoutTest(design, placed, k, cells));
  return (point, slope) =>
    channelResponse(model, placed.channel, actual, 1, point, slope) +
    channelResponse(model, placed.channel, without, -1, point, slope);
}

function withoutTest(design: Design, placed: PlacedLiftTest, k: number, cells: ResponseCells): ResponseCells {
  const scale = design.scales.activity[cells.unit * design.channels + placed.channel]!;
  const width = placed.end - placed.start;
  const activity = cells.activity.slice();
  for (let t = 0; t < width; t++) {
    const value = placed.withoutTest[k * width + t]!;
    if (Number.isFinite(value)) activity[design.lags - 1 + t] = value / scale;
  }
  return { ...cells, activity };
}

/** Return over the training periods: contribution (times revenue per KPI where the panel has it) over spend. */
export function roiQuantity({ panel, design, layout }: Model, c: number): Quantity {
  const { spend } = panel.roles.channels[c]!;
  const cost = trainingSum(panel, design, columnValues(panel, spend!));
  const { revenuePerKpi } = panel.roles;
  const revenue = revenuePerKpi === null ? null : columnValues(panel, revenuePerKpi);
  return trainingQuantity(panel, design, layout, c, (cell) => (revenue?.[cell] ?? 1) / cost);
}

/** Contribution over the training periods as a part of the KPI there. */
export function shareQuantity({ panel, design, layout }: Model, c: number): Quantity {
  const total = trainingSum(panel, design, columnValues(panel, panel.roles.kpi));
  return trainingQuantity(panel, design, layout, c, () => 1 / total);
}

function trainingQuantity(
  panel: Panel,
  design: Design,
  layout: Layout,
  c: number,
  worth: (cell: number) => number,
): Quantity {
  const cells = panel.units.map((_, r) =>
    observedCells(design, c, r, 0, design.trainingEnd, (t) => {
      const cell = r * design.periods + t;
      return panel.observed[cell] === 1 ? design.scales.kpi[r]! * worth(cell) : 0;
    }),
  );
  return (point, slope) => channelResponse({ layout, lags: design.lags }, c, cells, 1, point, slope);
}

/** Sum of a column over the observed cells of the training periods. */
export function trainingSum(panel: Panel, { trainingEnd, periods }: Design, values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    if (panel.observed[i] === 1 && i % periods < trainingEnd) sum += values[i]!;
  }
  return sum;
}

/** A lift test as a Gaussian row, or Student-t where its standard error has few degrees of freedom. */
export function liftRow(quantity: Quantity, { lift, standardError, degreesOfFreedom }: LiftTest): EvidenceRow {
  return {
    value: lift,
    standardError,
    degreesOfFreedom: degreesOfFreedom ?? Number.POSITIVE_INFINITY,
    quantity,
  };
}

/** Mean and deviation of the logarithm of what lies between `low` and `high` with probability 90 %. */
export function logNormal([low, high]: readonly [number, number]): { readonly mean: number; readonly sd: number } {
  return {
    mean: 0.5 * (Math.log(low) + Math.log(high)),
    sd: (Math.log(high) - Math.log(low)) / (2 * normalQuantile(0.95)),
  };
}

/** A log-normal prior as a Gaussian row on the logarithm of its quantity. */
export function priorRow(quantity: Quantity, { range }: ChannelPrior): EvidenceRow {
  const { mean, sd } = logNormal(range);
  return {
    value: mean,
    standardError: sd,
    degreesOfFreedom: Number.POSITIVE_INFINITY,
    quantity: (point, slope) => {
      if (!slope) return Math.log(quantity(point));
      const own = { shared: new Float64Array(slope.shared.length), own: new Float64Array(slope.own.length) };
      const value = quantity(point, own);
      for (let i = 0; i < own.shared.length; i++) slope.shared[i]! += own.shared[i]! / value;
      for (let i = 0; i < own.own.length; i++) slope.own[i]! += own.own[i]! / value;
      return Math.log(value);
    },
  };
}
