import { columnValues, periodsPerYear } from "@mmm/core";
import { inspectPanel } from "@mmm/data";
import type { ChannelSums } from "../attribution/channel-sums.js";
import { carryoverOf, channelTotals, curveStates, responseCurve, shapeOf } from "../attribution/curves.js";
import { effectPaths } from "../attribution/effect-paths.js";
import { type Evaluation, evaluateFit } from "../attribution/evaluate.js";
import { calibrationResult } from "../calibration/before-after.js";
import { graphFindings, graphOf } from "../causal/report.js";
import type { Fit } from "../fit/fit.js";
import { diagnose } from "../health/diagnose.js";
import { meanChange, naiveForecasts, score } from "../metrics/metrics.js";
import { intervalOf } from "../uncertainty/interval.js";
import { modelVersion } from "../version.js";
import { residualView } from "../view/residuals.js";
import type { ChannelView, FitView, UnitView } from "../view/types.js";
import type { ChannelResult, FitMetrics, Interval, MmmResult } from "./types.js";

/** What a run cost; the caller measures it, because only the caller knows where the run began. */
type Runtime = MmmResult["runtime"];

export interface ReadOptions {
  /** Heading of the report. Default: the KPI's name. */
  readonly title?: string;
  readonly runtime?: Partial<Runtime>;
}

/**
 * Everything charts and reports need, computed from the fit alone.
 *
 * @example const view = viewFit(await fitStructural(panel)); view.result.channels[0].roi
 */
export function viewFit(fit: Fit, { title, runtime }: ReadOptions = {}): FitView {
  const { panel, settings, design } = fit;
  const { interval } = settings;
  const evaluation = evaluateFit(fit);
  const states = curveStates(fit);
  const paths = effectPaths(fit);
  const quality = inspectPanel(panel, { holdout: settings.holdout });
  const totals = panel.roles.channels.map((_, c) => channelTotals(fit, c));
  const allSpend = totals.reduce((sum, { spend }) => sum + (spend ?? 0), 0);
  const estimate = (of: (sums: ChannelSums) => number): Interval =>
    intervalOf(of(evaluation.mode), evaluation.draws.map(of), interval);

  const channels = panel.roles.channels.map((channel, c): ChannelResult => {
    const { spend, activity } = totals[c]!;
    const contribution = estimate((sums) => sums.total.contribution[c]!);
    const direct = estimate((sums) => sums.contribution[c]!);
    const perTotalSpend = (of: (sums: ChannelSums) => number): Interval | null =>
      spend === null || spend === 0 ? null : estimate(of);
    const perSpend = (of: (sums: ChannelSums) => number): Interval | null =>
      spend === null || spend === 0 ? null : estimate((sums) => of(sums) / spend);
    return {
      name: channel.name,
      kind: channel.kind,
      spend,
      contribution,
      direct,
      share: estimate((sums) => sums.contribution[c]! / mediaTotal(sums)),
      roi: perSpend((sums) => sums.value[c]!),
      mroi: perSpend((sums) => sums.marginalValue[c]!),
      totalRoi: perTotalSpend((sums) => sums.total.value[c]! / (spend! + sums.total.inducedSpend[c]!)),
      totalMroi: perTotalSpend((sums) => sums.total.marginalValue[c]! / (spend! + sums.total.inducedSpend[c]!)),
      inducedSpend: estimate((sums) => sums.total.inducedSpend[c]!),
      costPerKpi: spend === null || direct.lower <= 0 ? null : estimate((sums) => spend / sums.contribution[c]!),
      effectiveness: estimate((sums) => (activity === 0 ? 0 : sums.contribution[c]! / activity)),
      immediate: estimate((sums) => sums.immediate[c]!),
      carryover: shapeOf(fit, c, states, "carryover"),
      saturation: shapeOf(fit, c, states, "saturation"),
    };
  });

  const metrics = allMetrics(fit, evaluation);
  const calibration = calibrationResult(fit);
  const residuals = residualView(fit, evaluation);
  const actualTotal = sumObserved(fit, columnValues(panel, panel.roles.kpi));
  const predictedTotal = sumObserved(fit, evaluation.decomposition.prediction);
  const result: MmmResult = {
    schema: "mmm.result/v1",
    kpi: panel.roles.kpi,
    units: panel.units.length,
    periods: panel.periods.length,
    channels,
    baseline: estimate((sums) => predictedTotal - mediaTotal(sums)),
    interaction: estimate((sums) => mediaTotal(sums) - sum(sums.total.contribution)),
    mediaFraction: estimate((sums) => mediaTotal(sums) / actualTotal),
    interval,
    fit: metrics,
    graph: graphOf(fit, channels),
    ...(calibration && { calibration }),
    diagnostics: [
      ...diagnose({
        fit,
        calibration,
        evaluation,
        quality,
        channels,
        holdout: metrics.holdout,
        naive: metrics.naive,
        autocorrelation: residuals.autocorrelation,
      }),
      ...graphFindings(fit, channels),
    ],
    runtime: {
      engine: fit.network?.engine ?? "structural-float64",
      seconds: fit.runtime.seconds,
      cpuSeconds: fit.runtime.cpuSeconds,
      peakRssMb: 0,
      seed: settings.seed,
      versions: { "@mmm/model": modelVersion },
      ...runtime,
    },
  };

  const channelViews = channels.map((channel, c): ChannelView => {
    const { weights, halfLife, immediateShare } = carryoverOf(fit, c, states);
    return {
      name: channel.name,
      spendShare: channel.spend === null || allSpend === 0 ? null : channel.spend / allSpend,
      effectShare: channel.share,
      curve: responseCurve(fit, c, states, totals[c]!),
      carryover: { weights, halfLife },
      ...(paths && { effectPath: paths[c]! }),
      immediateShare,
    };
  });

  return {
    title: title ?? panel.roles.kpi,
    result,
    frequency: panel.frequency,
    currency: panel.currency ?? null,
    periods: panel.periods,
    holdoutStart: settings.holdout > 0 ? design.trainingEnd : null,
    actual: byPeriod(fit, columnValues(panel, panel.roles.kpi)),
    predicted: predictedSeries(fit, evaluation),
    components: components(fit, evaluation),
    channels: channelViews,
    units: unitViews(fit, evaluation),
    residuals,
    training: { objective: fit.learned.history, converged: fit.learned.mode.converged },
    dataQuality: quality,
    answerKey: null,
  };
}

/**
 * The numbers of `result.json` alone.
 *
 * @example resultOf(fit).channels.map(({ name, share }) => [name, share.mean])
 */
export function resultOf(fit: Fit, options: ReadOptions = {}): MmmResult {
  return viewFit(fit, options).result;
}

const mediaTotal = ({ contribution }: ChannelSums): number => sum(contribution);

const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);

function sumObserved({ panel }: Fit, values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) if (panel.observed[i] === 1) sum += values[i]!;
  return sum;
}

function byPeriod({ panel }: Fit, values: Float64Array): (number | null)[] {
  const periods = panel.periods.length;
  return panel.periods.map((_, t) => {
    let sum: number | null = null;
    for (let r = 0; r < panel.units.length; r++) {
      if (panel.observed[r * periods + t] === 1) sum = (sum ?? 0) + values[r * periods + t]!;
    }
    return sum;
  });
}

function predictedSeries(fit: Fit, { decomposition, replicated }: Evaluation): FitView["predicted"] {
  const mean = byPeriod(fit, decomposition.prediction);
  const bounds = mean.map((value, t) =>
    value === null
      ? null
      : intervalOf(
          value,
          replicated.map((draw) => draw[t]!),
          fit.settings.interval,
        ),
  );
  return {
    mean,
    lower: bounds.map((bound) => bound?.lower ?? null),
    upper: bounds.map((bound) => bound?.upper ?? null),
  };
}

function components(fit: Fit, { decomposition: cells }: Evaluation): FitView["components"] {
  const { roles } = fit.panel;
  const total = (values: Float64Array) => byPeriod(fit, values).map((value) => value ?? 0);
  return [
    { name: "Baseline", kind: "baseline", values: total(cells.level) },
    { name: "Trend", kind: "trend", values: total(cells.trend) },
    ...(fit.design.seasons > 0 ? [{ name: "Season", kind: "seasonality" as const, values: total(cells.season) }] : []),
    ...roles.controls.map((name, k) => ({ name, kind: "control" as const, values: total(cells.controls[k]!) })),
    ...roles.channels.map(({ name }, c) => ({ name, kind: "channel" as const, values: total(cells.media[c]!) })),
  ];
}

function unitViews(fit: Fit, { decomposition: cells }: Evaluation): UnitView[] {
  const { panel, design } = fit;
  const periods = panel.periods.length;
  const kpi = columnValues(panel, panel.roles.kpi);
  return panel.units.map((unit, r) => {
    const from = r * periods;
    const seen = panel.periods.map((_, t) => panel.observed[from + t] === 1);
    const pick = (values: Float64Array) => seen.map((here, t) => (here ? values[from + t]! : null));
    const sum = (values: Float64Array) => pick(values).reduce<number>((total, value) => total + (value ?? 0), 0);
    const contributions = cells.media.map(sum);
    const window = fit.settings.holdout > 0 ? design.trainingEnd : 0;
    return {
      unit,
      actual: pick(kpi),
      predicted: pick(cells.prediction),
      mediaFraction: contributions.reduce((a, b) => a + b, 0) / sum(kpi),
      contributions,
      metrics: score({
        units: 1,
        periods,
        actual: kpi.subarray(from, from + periods),
        predicted: cells.prediction.subarray(from, from + periods),
        mask: Uint8Array.from(seen, (here, t) => (here && t >= window ? 1 : 0)),
        trainingChange: meanChange(
          kpi.subarray(from, from + periods),
          panel.observed.subarray(from, from + periods),
          1,
          periods,
          design.trainingEnd,
        ),
      }),
    };
  });
}

/** Scores of the training periods and of the holdout, beside those of the naive forecasts. */
export function allMetrics(fit: Fit, { decomposition: cells }: Pick<Evaluation, "decomposition">): MmmResult["fit"] {
  const { panel, design, settings } = fit;
  const { units, periods, trainingEnd } = design;
  const actual = columnValues(panel, panel.roles.kpi);
  const trainingChange = meanChange(actual, panel.observed, units, periods, trainingEnd);
  const inHoldout = panel.observed.map((seen, i) => (seen === 1 && i % periods >= trainingEnd ? 1 : 0));
  const grade = (predicted: Float64Array, mask: Uint8Array): FitMetrics =>
    score({ units, periods, actual, predicted, mask, trainingChange });
  if (settings.holdout === 0) {
    const naive = { unitMean: null, lastPeriods: null, seasonalNaive: null };
    return { train: grade(cells.prediction, design.used), holdout: null, naive };
  }
  const naive = naiveForecasts(actual, panel.observed, units, periods, trainingEnd, periodsPerYear[panel.frequency]);
  return {
    train: grade(cells.prediction, design.used),
    holdout: grade(cells.prediction, inHoldout),
    naive: {
      unitMean: grade(naive.unitMean, inHoldout),
      lastPeriods: grade(naive.lastPeriods, inHoldout),
      seasonalNaive: naive.seasonalNaive && grade(naive.seasonalNaive, inHoldout),
    },
  };
}
