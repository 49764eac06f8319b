// Units that the fit has never seen, predicted from the hierarchy: shared curves and season, unit deviations drawn from
// the spread between the fitted units, and a size that comes from population or, without it, from planned activity.

import { columnValues, createPanel, createRandom, dataError, type Panel } from "@mmm/core";
import type { Fit } from "../fit/fit.js";
import { buildDesign, type DesignScales } from "../structural/design.js";
import { makeProblem, unitPriorSd } from "../structural/objective.js";

export interface WithNewUnits {
  readonly fit: Fit;
  /** Names of the units that were added. */
  readonly added: readonly string[];
  /** What the size of the new units rests on. */
  readonly sizeFrom: "population" | "activity";
  /** Standard deviation of the log of a fitted unit's mean KPI around that size. */
  readonly sizeSpread: number;
  /** Factor on everything of a unit in a draw, `[units][draws]`: its size is not known exactly; null for fitted units. */
  readonly sizes: readonly (Float64Array | null)[];
}

/**
 * The fit with the plan's unknown units added, without any past.
 *
 * `mean KPI = size · e^{mean log(KPI / size)}` with size = population where both fit and plan have it, else the geometric
 * mean of the median planned activities. A new unit's controls count from its own mean in the plan.
 *
 * @throws MmmError of kind `data`: `ONE_UNIT` when the fit has no hierarchy, `NO_ACTIVITY` when nothing says how large the
 *   unit is
 */
export function withNewUnits(fit: Fit, plan: Panel): WithNewUnits {
  const { panel: past, layout, learned, draws, settings } = fit;
  const added = plan.units.filter((unit) => !past.units.includes(unit));
  if (added.length === 0) {
    return { fit, added, sizeFrom: "activity", sizeSpread: 0, sizes: past.units.map(() => null) };
  }
  if (layout.perUnit === 0) {
    throw dataError(
      "ONE_UNIT",
      `The plan has rows for '${added[0]}', but the fit has one unit only and cannot tell how units differ.`,
      "Fit data of several units to predict a new one.",
      { unit: added[0]! },
    );
  }
  const sizes = unitSizes(fit, plan, added);
  const ratios = past.units.map((_, r) => Math.log(fit.design.scales.kpi[r]! / sizes.past[r]!));
  const usual = ratios.reduce((a, b) => a + b, 0) / ratios.length;
  const sizeSpread = Math.sqrt(
    ratios.reduce((sum, ratio) => sum + (ratio - usual) ** 2, 0) / Math.max(1, ratios.length - 1),
  );
  const scales = extendScales(
    fit,
    plan,
    added,
    sizes.added.map((size) => size * Math.exp(usual)),
  );
  const panel = extendPanel(past, added);
  const design = buildDesign(panel, settings, scales);
  const { variances, weights, evidence } = learned.problem;
  const noise = extend(
    variances.noise,
    added.map(() => variances.noise.reduce((a, b) => a + b, 0) / past.units.length),
  );
  const cells = new Array<number>(added.length * design.trainingEnd);
  const longer = extend(weights, cells.fill(0));
  const levelJumps = extend(variances.levelJumps, cells.fill(1));
  const problem = makeProblem(design, layout, { ...variances, noise, levelJumps }, longer, evidence);
  const random = createRandom(settings.seed).split("new units");
  const spread = (): number[] =>
    added.flatMap(() =>
      Array.from({ length: layout.perUnit }, (_, k) => unitPriorSd(layout, variances, k) * random.normal()),
    );
  const own = draws.own.map((vector) => extend(vector, spread()));
  const factors = added.map(() =>
    Float64Array.from({ length: draws.count }, () => Math.exp(sizeSpread * random.normal())),
  );
  const mode = {
    ...learned.mode,
    own: extend(learned.mode.own, new Array<number>(added.length * layout.perUnit).fill(0)),
  };
  return {
    fit: { ...fit, panel, design, learned: { ...learned, problem, mode }, draws: { ...draws, own } },
    added,
    sizeFrom: sizes.from,
    sizeSpread,
    sizes: [...past.units.map(() => null), ...factors],
  };
}

function unitSizes(fit: Fit, plan: Panel, added: readonly string[]) {
  const { panel: past, design } = fit;
  const { channels } = design;
  const { population } = past.roles;
  const inPlan = population === null ? undefined : plan.columns.find(({ name }) => name === population);
  if (population !== null && inPlan !== undefined) {
    const people = (values: Float64Array, r: number, periods: number): number =>
      meanOf(values.subarray(r * periods, (r + 1) * periods));
    const known = columnValues(past, population);
    const sizes = {
      past: past.units.map((_, r) => people(known, r, past.periods.length)),
      added: added.map((unit) => people(inPlan.values, plan.units.indexOf(unit), plan.periods.length)),
    };
    if ([...sizes.past, ...sizes.added].every((size) => size > 0)) return { from: "population" as const, ...sizes };
  }
  const medians = added.map((unit) =>
    past.roles.channels.map(({ activity }) => typical(planned(plan, activity, unit))),
  );
  const shown = past.roles.channels.flatMap((_, c) => (medians.every((own) => own[c]! > 0) ? [c] : []));
  if (shown.length === 0) {
    throw dataError(
      "NO_ACTIVITY",
      `Nothing says how large the unit '${added[0]}' is: no channel runs in every new unit of the plan, and the plan has no population.`,
      population === null
        ? "Plan activity for it, or fit with a population column and give it in the plan."
        : `Add the column '${population}'.`,
      { unit: added[0]! },
    );
  }
  const geometric = (of: (c: number) => number): number =>
    Math.exp(shown.reduce((sum, c) => sum + Math.log(of(c)), 0) / shown.length);
  return {
    from: "activity" as const,
    past: past.units.map((_, r) => geometric((c) => design.scales.activity[r * channels + c]!)),
    added: medians.map((own) => geometric((c) => own[c]!)),
  };
}

/** Scales of the new units; a channel that does not run in one has the scale of units of its size. */
function extendScales(fit: Fit, plan: Panel, added: readonly string[], kpi: readonly number[]): DesignScales {
  const { design, panel: past } = fit;
  const { scales, channels, controls, units } = design;
  const usual = (c: number): number =>
    Array.from({ length: units }, (_, r) => scales.activity[r * channels + c]! / scales.kpi[r]!).reduce(
      (a, b) => a + b,
      0,
    ) / units;
  const activity: number[] = [];
  const activityMean: number[] = [];
  const controlCentre: number[] = [];
  const controlScale: number[] = [];
  added.forEach((unit, n) => {
    past.roles.channels.forEach(({ activity: column }, c) => {
      const values = planned(plan, column, unit);
      activity.push(typical(values) || usual(c) * kpi[n]!);
      activityMean.push(meanOf(values) || 0);
    });
    past.roles.controls.forEach((column, k) => {
      controlCentre.push(meanOf(planned(plan, column, unit)) || 0);
      let sum = 0;
      for (let r = 0; r < units; r++) sum += scales.controlScale[r * controls + k]!;
      controlScale.push(sum / units);
    });
  });
  return {
    ...scales,
    kpi: extend(scales.kpi, kpi),
    activity: extend(scales.activity, activity),
    activityMean: extend(scales.activityMean, activityMean),
    controlCentre: extend(scales.controlCentre, controlCentre),
    controlScale: extend(scales.controlScale, controlScale),
  };
}

function extendPanel(past: Panel, added: readonly string[]): Panel {
  const empty = new Array<number>(added.length * past.periods.length);
  const columns = past.columns.map((column) => ({ ...column, values: extend(column.values, empty.fill(Number.NaN)) }));
  const observed = new Uint8Array(past.observed.length + empty.length);
  observed.set(past.observed);
  return createPanel({ ...past, units: [...past.units, ...added], columns, observed });
}

function planned(plan: Panel, column: string, unit: string): Float64Array {
  const found = plan.columns.find(({ name }) => name === column);
  if (found === undefined) return new Float64Array(0);
  const r = plan.units.indexOf(unit);
  return found.values.subarray(r * plan.periods.length, (r + 1) * plan.periods.length).filter(Number.isFinite);
}

/** Median of the positive values; 0 without any. */
function typical(values: Float64Array): number {
  const positive = values.filter((value) => value > 0).sort();
  return positive.length === 0 ? 0 : positive[positive.length >> 1]!;
}

function meanOf(values: Float64Array): number {
  const finite = values.filter(Number.isFinite);
  return finite.reduce((a, b) => a + b, 0) / finite.length;
}

function extend(values: Float64Array, more: ArrayLike<number>): Float64Array {
  const out = new Float64Array(values.length + more.length);
  out.set(values);
  out.set(more, values.length);
  return out;
}
