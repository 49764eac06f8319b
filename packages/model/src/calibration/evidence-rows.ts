// The quantities that calibration knows about, as rows of the likelihood: what a lift test measured, the return of a
// channel, and its part of the KPI.

import { columnValues, type Panel } from "@mmm/core";
import { type LiftTest, normalQuantile, type PlacedLiftTest, placeLiftTest } from "@mmm/data";
import type { SpillOver } from "../causal/types.js";
import type { Design } from "../structural/design.js";
import type { EvidenceRow } from "../structural/evidence.js";
import type { Layout } from "../structural/parameters.js";
import { type Contrast, contrastQuantity, type Quantity } from "./contrast.js";
import { observedTotal } from "./observed-total.js";
import type { ChannelPrior } from "./priors.js";

interface Model {
  readonly panel: Panel;
  readonly design: Design;
  readonly layout: Layout;
  /** How channels drive channels: lifts are then total effects. Null: effects of the channel alone. */
  readonly spillOver: SpillOver | null;
}

/**
 * KPI with the actual activity minus KPI with the activity without the test, over the test's units and periods; with a
 * graph also what the test set off in other channels, because that is in what was measured:
 *
 * `lift = Σ_r Σ_t scale_r (contribution[r,t](x) − contribution[r,t](x without the test))`
 */
export function liftQuantity(model: Model, test: LiftTest): Quantity {
  const { panel, design } = model;
  const placed = placeLiftTest(panel, test);
  const contrasts = placed.units.map(
    (unit, k): Contrast => ({
      unit,
      missing: testActivity(design, placed, unit, k),
      from: placed.start,
      to: placed.until,
      weightOf: (t) => (panel.observed[unit * design.periods + t] === 1 ? design.scales.kpi[unit]! : 0),
    }),
  );
  return contrastQuantity(model, placed.channel, contrasts, model.spillOver);
}

// Scaled activity that the test added, with the lead before the first period.
function testActivity(design: Design, placed: PlacedLiftTest, unit: number, k: number): Float64Array {
  const { lags, periods, channels } = design;
  const row = unit * channels + placed.channel;
  const width = placed.end - placed.start;
  const missing = new Float64Array(lags - 1 + periods);
  for (let t = 0; t < width; t++) {
    const value = placed.withoutTest[k * width + t]!;
    if (!Number.isFinite(value)) continue;
    const at = lags - 1 + placed.start + t;
    missing[at] = design.activity[row * missing.length + at]! - value / design.scales.activity[row]!;
  }
  return missing;
}

/** Return over the training periods: contribution (times revenue per KPI where the panel has it) over spend. */
export function roiQuantity(model: Model, c: number): Quantity {
  const { panel, design } = model;
  const { spend } = panel.roles.channels[c]!;
  const cost = observedTotal(panel, spend!, design.trainingEnd);
  const { revenuePerKpi } = panel.roles;
  const revenue = revenuePerKpi === null ? null : columnValues(panel, revenuePerKpi);
  return trainingQuantity(model, c, (cell) => (revenue?.[cell] ?? 1) / cost);
}

/** Contribution over the training periods as a part of the KPI there. */
export function shareQuantity(model: Model, c: number): Quantity {
  const { panel, design } = model;
  const total = observedTotal(panel, panel.roles.kpi, design.trainingEnd);
  return trainingQuantity(model, c, () => 1 / total);
}

// The whole activity of the channel goes missing.
function trainingQuantity(model: Model, c: number, worth: (cell: number) => number): Quantity {
  const { panel, design } = model;
  const width = design.lags - 1 + design.periods;
  const contrasts = panel.units.map((_, unit): Contrast => {
    const start = (unit * design.channels + c) * width;
    return {
      unit,
      missing: design.activity.subarray(start, start + width),
      from: 0,
      to: design.trainingEnd,
      weightOf: (t) => {
        const cell = unit * design.periods + t;
        return panel.observed[cell] === 1 ? design.scales.kpi[unit]! * worth(cell) : 0;
      },
    };
  });
  return contrastQuantity(model, c, contrasts, null);
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
