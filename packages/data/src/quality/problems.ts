// Problems of a data set, each with what it does to the estimates and what to do about it. Thresholds are data at the
// top; every finder returns its findings with a weight, and the worst come first.

import { columnValues, type Diagnostic, type Panel, periodsPerYear } from "@mmm/core";
import { leastParameters } from "../panel/check-panel.js";
import { median } from "../statistics/quantile.js";
import { correlationMatrix, withinUnit } from "./correlation.js";
import type { DataQuality } from "./types.js";

const correlated = 0.9;
const inflated = 10;
const nearlyConstant = 0.05;
const rarelyActive = 0.05;
const rowsPerParameter = 10;
const suddenDeviations = 8;
const betweenShare = 0.9;
const likeKpi = 0.9;
const sumTolerance = 0.005;

type Facts = Omit<DataQuality, "diagnostics">;
type Cells = readonly (readonly number[])[];
interface Finding extends Diagnostic {
  /** Compared within a severity; larger is worse. */
  readonly weight: number;
}

/** All findings about a panel, errors first, then warnings, then remarks; the worst of each first. */
export function findProblems(panel: Panel, facts: Facts, cells: Cells, holdout: number): Diagnostic[] {
  const rank = { error: 0, warning: 1, info: 2 };
  return [
    ...collinear(facts),
    ...weakVariation(panel, cells, holdout),
    ...spendAndExposure(panel, cells),
    ...history(panel, facts, cells, holdout),
    ...kpiShape(panel, cells),
    ...controlLikeKpi(panel, cells),
    ...totalUnit(panel),
  ]
    .sort((a, b) => rank[a.severity] - rank[b.severity] || b.weight - a.weight)
    .map(({ severity, code, message, fix }) => ({ severity, code, message, fix }));
}

const percent = (share: number) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)}%`;
const list = (names: readonly string[]) => names.map((name) => `'${name}'`).join(", ");

function collinear({ correlations, varianceInflation }: Facts): Finding[] {
  const { names, values } = correlations;
  const channels = varianceInflation.map(({ name }) => name);
  const close = (a: number, b: number) => Math.abs(values[a]![b]!) >= correlated;
  const found: Finding[] = [];
  const explained = new Set<string>();

  for (const group of connected(channels.length, close)) {
    const pairs = group.flatMap((a, i) => group.slice(0, i).map((b) => values[a]![b]!));
    const strongest = pairs.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
    for (const i of group) explained.add(names[i]!);
    found.push({
      severity: "warning",
      code: "COLLINEAR_CHANNELS",
      weight: 10 + Math.abs(strongest),
      message: `${list(group.map((i) => names[i]!))} move together (correlation ${group.length > 2 ? "up to " : ""}${strongest.toFixed(2)} within units); the data tell their sum, hardly each one's part.`,
      fix: "Add them up into one channel, vary one alone for some weeks, or calibrate one with a lift test.",
    });
  }
  for (let control = channels.length; control < names.length; control++) {
    for (let channel = 0; channel < channels.length; channel++) {
      if (!close(control, channel)) continue;
      explained.add(names[channel]!);
      found.push({
        severity: "warning",
        code: "COLLINEAR_CONTROL",
        weight: 9.5 + Math.abs(values[control]![channel]!),
        message: `Channel '${names[channel]}' and control '${names[control]}' move together (correlation ${values[control]![channel]!.toFixed(2)} within units); the data hardly tell which of them moves the KPI.`,
        fix: "Ask whether the control is a consequence of the channel; if so leave it out.",
      });
    }
  }
  for (const { name, value } of varianceInflation) {
    if (value < inflated || explained.has(name)) continue;
    found.push({
      severity: "warning",
      code: "COLLINEAR_COMBINATION",
      weight: 9 + Math.min(1, value / 1000),
      message: `'${name}' is nearly a combination of the other channels and controls (variance inflation ${value.toFixed(0)}).`,
      fix: "Drop or merge channels that are planned together, or calibrate this one with a lift test.",
    });
  }
  return found;
}

// Groups of two or more among 0 … count−1 that are linked by `close`, directly or through others.
function connected(count: number, close: (a: number, b: number) => boolean): number[][] {
  const left = new Set(Array.from({ length: count }, (_, i) => i));
  const groups: number[][] = [];
  for (const start of left) {
    left.delete(start);
    const group = [start];
    for (const member of group) {
      for (const other of left) {
        if (!close(member, other)) continue;
        left.delete(other);
        group.push(other);
      }
    }
    if (group.length > 1) groups.push(group.sort((a, b) => a - b));
  }
  return groups;
}

function weakVariation(panel: Panel, cells: Cells, holdout: number): Finding[] {
  const width = panel.periods.length;
  const found: Finding[] = [];
  for (const { name, activity } of panel.roles.channels) {
    const values = columnValues(panel, activity);
    const training = cells.map((own) => own.filter((cell) => cell % width < width - holdout));
    const all = training.flat();
    const mean = all.reduce((sum, cell) => sum + values[cell]!, 0) / all.length;
    const active = all.filter((cell) => values[cell]! > 0).length;
    if (active === 0) {
      found.push({
        severity: "error",
        code: "SILENT_IN_TRAINING",
        weight: 20,
        message: `Channel '${name}' is ${holdout > 0 ? `active only in the ${holdout} periods held out` : "never active"}; nothing can be learned about it.`,
        fix: "Hold out fewer periods or leave the channel out.",
      });
      continue;
    }
    const centred = withinUnit(values, training);
    const spread = Math.sqrt(centred.reduce((sum, value) => sum + value * value, 0) / all.length);
    if (spread < nearlyConstant * mean) {
      found.push({
        severity: "warning",
        code: "CONSTANT_CHANNEL",
        weight: 12,
        message: `Channel '${name}' hardly varies (standard deviation ${percent(spread / mean)} of its mean within units); its effect cannot be told from the baseline.`,
        fix: "Vary its spend, for example pause it in some regions, or bring a lift test.",
      });
    } else if (active < rarelyActive * all.length) {
      found.push({
        severity: "warning",
        code: "SPARSE_CHANNEL",
        weight: 5 - active / all.length,
        message: `Channel '${name}' is active in only ${active} of ${all.length} rows (${percent(active / all.length)}); expect a wide interval.`,
        fix: "Merge it with a similar channel, or read its interval rather than its mean.",
      });
    }
    if (/adstock|(^|_)decay(_|\d|$)|saturat|carry_?over/i.test(activity)) {
      found.push({
        severity: "warning",
        code: "TRANSFORMED_ACTIVITY",
        weight: 2,
        message: `The name of '${activity}' says that carry-over is already applied; a model adds its own on top.`,
        fix: "Pass raw spend or exposure where you have it, and do not read the estimated carry-over as the channel's own.",
      });
    }
  }
  return merge(
    found,
    "TRANSFORMED_ACTIVITY",
    (count) => `The names of ${count} channels say that carry-over is already applied; a model adds its own on top.`,
  );
}

// Several findings of one code as one.
function merge(found: readonly Finding[], code: string, message: (count: number) => string): Finding[] {
  const same = found.filter((finding) => finding.code === code);
  if (same.length < 2) return [...found];
  return [...found.filter((finding) => finding.code !== code), { ...same[0]!, message: message(same.length) }];
}

function spendAndExposure(panel: Panel, cells: Cells): Finding[] {
  const found: Finding[] = [];
  const all = cells.flat();
  const uncosted: string[] = [];
  for (const { name, activity, spend, kind } of panel.roles.channels) {
    if (spend === null) {
      if (kind === "paid") uncosted.push(name);
      continue;
    }
    if (spend === activity) continue;
    const exposure = columnValues(panel, activity);
    const cost = columnValues(panel, spend);
    const paid = all.filter((cell) => cost[cell]! > 0);
    const lost = paid.filter((cell) => exposure[cell] === 0).length;
    const free = all.filter((cell) => exposure[cell]! > 0 && cost[cell] === 0).length;
    if (lost > 0.01 * all.length) {
      found.push({
        severity: "warning",
        code: "SPEND_WITHOUT_EXPOSURE",
        weight: 7 * (lost / all.length),
        message: `Channel '${name}' has spend but no exposure in ${lost} of ${paid.length} rows with spend; that money is counted in the ROI with no activity.`,
        fix: "Check the dates of the two columns (billing may lag delivery), or use the spend column alone.",
      });
    }
    if (free > 0.01 * all.length) {
      found.push({
        severity: "warning",
        code: "EXPOSURE_WITHOUT_SPEND",
        weight: 6 * (free / all.length),
        message: `Channel '${name}' has exposure without spend in ${free} of ${all.length} rows; its ROI will look better than it is.`,
        fix: "Check the dates of the two columns, or split the unpaid part off as an organic channel.",
      });
    }
  }
  if (uncosted.length > 0) {
    found.push({
      severity: "info",
      code: "NO_SPEND",
      weight: 3,
      message:
        uncosted.length === 1
          ? `No spend is known for channel '${uncosted[0]}'; its ROI cannot be computed.`
          : `No spend is known for ${uncosted.length} channels; their ROI cannot be computed.`,
      fix: "Add the spend columns to get ROI and budget plans.",
    });
  }
  return found;
}

function history(panel: Panel, facts: Facts, cells: Cells, holdout: number): Finding[] {
  const found: Finding[] = [];
  const width = panel.periods.length;
  const training = cells.flat().filter((cell) => cell % width < width - holdout).length;
  const parameters = leastParameters(panel);
  if (training < rowsPerParameter * parameters) {
    found.push({
      severity: "warning",
      code: "FEW_ROWS_PER_PARAMETER",
      weight: 8 + (1 - training / (rowsPerParameter * parameters)),
      message: `${training} rows for at least ${parameters} parameters (${(training / parameters).toFixed(1)} each; 10 is a rule of thumb): expect wide intervals.`,
      fix: "Use more history or regional data, merge small channels, or drop controls.",
    });
  }
  const years = (width - holdout) / periodsPerYear[panel.frequency];
  if (years < 1.95) {
    found.push({
      severity: years < 1 ? "warning" : "info",
      code: "SHORT_HISTORY",
      weight: 4,
      message: `The training periods span ${years.toFixed(1)} years${panel.frequency === "index" ? " if a period is a week" : ""}; ${years < 1 ? "no season can be learned" : "the season rests on less than two turns of it"}.`,
      fix: "Use two years or more where you can.",
    });
  }
  if (facts.missingCells > 0) {
    const shortest = cells.reduce((least, own, unit) => (own.length < cells[least]!.length ? unit : least), 0);
    const ragged = cells.filter((own) => own.length < width).length;
    found.push({
      severity: "info",
      code: "RAGGED",
      weight: 2,
      message: `${facts.missingCells} of ${facts.missingCells + facts.observedCells} unit-periods are absent, in ${ragged} of ${facts.units} units; '${panel.units[shortest]}' has ${cells[shortest]!.length} of ${width}. They are masked, not filled.`,
      fix: "Nothing needs to be done; complete the rows if you have them.",
    });
  }
  return found;
}

function kpiShape(panel: Panel, cells: Cells): Finding[] {
  const found: Finding[] = [];
  const values = columnValues(panel, panel.roles.kpi);
  const width = panel.periods.length;
  const sudden = cells.flatMap((own) => suddenCells(values, own));
  if (sudden.length > 0) {
    const worst = sudden.reduce((a, b) => (b.size > a.size ? b : a));
    const unit = panel.units.length === 1 ? "" : ` of unit '${panel.units[Math.floor(worst.cell / width)]}'`;
    found.push({
      severity: "warning",
      code: "OUTLIERS",
      weight: Math.min(6, 1 + (200 * sudden.length) / cells.flat().length),
      message: `The KPI jumps away from its neighbours in ${sudden.length} ${sudden.length === 1 ? "row" : "rows"}, most in period ${panel.periods[worst.cell % width]}${unit} (${format(values[worst.cell]!)} against about ${format(worst.usual)}).`,
      fix: "Correct data errors; add a 0/1 control for known events such as a strike or a one-day sale.",
    });
  }
  const all = cells.flat();
  const negative = all.filter((cell) => values[cell]! < 0).length;
  if (negative > 0) {
    found.push({
      severity: "warning",
      code: "NEGATIVE_KPI",
      weight: 5,
      message: `The KPI is negative in ${negative} of ${all.length} rows; shares and percentage errors lose their meaning there.`,
      fix: "Use a KPI that adds up, such as gross revenue.",
    });
  }
  if (panel.units.length > 1) {
    const mean = all.reduce((sum, cell) => sum + values[cell]!, 0) / all.length;
    const total = all.reduce((sum, cell) => sum + (values[cell]! - mean) ** 2, 0);
    const within = withinUnit(values, cells).reduce((sum, value) => sum + value * value, 0);
    if (total > 0 && 1 - within / total > betweenShare) {
      found.push({
        severity: "info",
        code: "UNITS_DIFFER",
        weight: 1,
        message: `${percent(1 - within / total)} of the KPI's variance lies between units: a constant per unit already reaches that pooled R².`,
        fix: "Judge fits by the R² within units.",
      });
    }
  }
  return found;
}

const format = (value: number) => Number(value.toPrecision(4)).toLocaleString("en-US");

// Cells of one unit far from the median of their four neighbours, in units of the typical such distance (scaled median
// absolute deviation).
function suddenCells(values: Float64Array, own: readonly number[]): { cell: number; usual: number; size: number }[] {
  if (own.length < 9) return [];
  const usual = own.map((_, i) => {
    const around = own.slice(Math.max(0, i - 2), i + 3).filter((cell) => cell !== own[i]);
    return median(around.map((cell) => values[cell]!));
  });
  const distance = Float64Array.from(own, (cell, i) => Math.abs(values[cell]! - usual[i]!));
  const typical = 1.4826 * median(distance);
  if (typical === 0) return [];
  return own.flatMap((cell, i) => {
    const size = distance[i]! / typical;
    return size > suddenDeviations ? [{ cell, usual: usual[i]!, size }] : [];
  });
}

// A control that follows the KPI so closely is often another measure of the same demand; then it takes the credit of
// the channels that caused it.
function controlLikeKpi(panel: Panel, cells: Cells): Finding[] {
  const kpi = withinUnit(columnValues(panel, panel.roles.kpi), cells);
  return panel.roles.controls.flatMap((name) => {
    const correlation = correlationMatrix([kpi, withinUnit(columnValues(panel, name), cells)])[0]![1]!;
    if (!(Math.abs(correlation) >= likeKpi)) return [];
    return [
      {
        severity: "warning" as const,
        code: "CONTROL_LIKE_KPI",
        weight: 9 + Math.abs(correlation),
        message: `Control '${name}' moves almost exactly with the KPI (correlation ${correlation.toFixed(2)} within units); it may take the credit of the channels.`,
        fix: "Ask whether advertising also moves this control; if so it is a consequence of it, leave it out.",
      },
    ];
  });
}

// One unit that equals the sum of the others in every period counts everything twice.
function totalUnit(panel: Panel): Finding[] {
  const { units, periods, observed } = panel;
  if (units.length < 3) return [];
  const kpi = columnValues(panel, panel.roles.kpi);
  const sums = periods.map((_, t) =>
    units.reduce((sum, _, r) => sum + (observed[r * periods.length + t] === 1 ? kpi[r * periods.length + t]! : 0), 0),
  );
  return units.flatMap((unit, r) => {
    const own = periods.map((_, t) => r * periods.length + t).filter((cell) => observed[cell] === 1);
    const isTotal = (cell: number): boolean => {
      const others = sums[cell % periods.length]! - kpi[cell]!;
      return Math.abs(others - kpi[cell]!) <= sumTolerance * Math.abs(kpi[cell]!);
    };
    if (own.length === 0 || !own.every(isTotal)) return [];
    return [
      {
        severity: "error" as const,
        code: "TOTAL_UNIT",
        weight: 30,
        message: `Unit '${unit}' is the sum of all other units in every period, so everything would count twice.`,
        fix: `Remove the rows of '${unit}'.`,
      },
    ];
  });
}
