// What a reader must know before trusting a fit: each finding says what was seen and what to do about it.

import type { Diagnostic } from "@mmm/core";
import type { DataQuality } from "@mmm/data";
import type { Evaluation } from "../attribution/evaluate.js";
import { calibrationFindings } from "../calibration/findings.js";
import type { CalibrationResult } from "../calibration/types.js";
import type { Fit } from "../fit/fit.js";
import type { ChannelResult, FitMetrics } from "../result/types.js";
import { unitsAboveCeiling } from "../structural/objective.js";
import { breakFindings } from "./breaks.js";
import { beyondExperience } from "./experience.js";
import { inseparableFindings, roiFindings } from "./identification.js";
import { offsetFindings } from "./offset.js";
import { seasonFindings } from "./season.js";

export interface Findings {
  readonly fit: Fit;
  readonly evaluation: Evaluation;
  readonly quality: DataQuality;
  readonly calibration: CalibrationResult | null;
  readonly channels: readonly ChannelResult[];
  readonly holdout: FitMetrics | null;
  readonly naive: Readonly<Record<string, FitMetrics | null>>;
  /** Mean within-unit autocorrelation of residuals, lag 1 first. */
  readonly autocorrelation: readonly number[];
}

export function diagnose(findings: Findings): Diagnostic[] {
  return [
    ...convergence(findings.fit),
    ...baseline(findings),
    ...offsetFindings(findings.fit, findings.evaluation),
    ...mediaTotal(findings),
    ...(findings.calibration ? calibrationFindings(findings.calibration) : []),
    ...roiFindings(findings.channels),
    ...inseparableFindings(
      findings.channels.map(({ name }) => name),
      findings.evaluation.draws,
    ),
    ...weakChannels(findings.channels),
    ...unidentifiedCurves(findings),
    ...worseThanNaive(findings),
    ...residualPattern(findings.autocorrelation),
    ...changingEffects(findings.fit),
    ...seasonFindings(findings.fit),
    ...breakFindings(findings.fit),
    ...beyondExperience(findings.fit),
    ...assumedActivity(findings.fit),
    ...findings.quality.diagnostics,
  ];
}

const plain = (value: number): string => Number(value.toPrecision(4)).toLocaleString("en-US");
const percent = (value: number): string => `${(100 * value).toFixed(0)}%`;
const tenths = (value: number): string => `${(100 * value).toFixed(1)}%`;

function convergence({ learned, layout }: Fit): Diagnostic[] {
  const { mode } = learned;
  if (mode.converged) return [];
  const slowest = layout.names[mode.slowest]!;
  const channel = slowest.includes(": ") ? slowest.slice(0, slowest.lastIndexOf(": ")) : null;
  return [
    {
      severity: mode.decrement > 1 ? "error" : "warning",
      code: "NOT_CONVERGED",
      message: `After ${learned.iterations} steps the fit could still improve by ${mode.decrement.toPrecision(2)} in log posterior; the parameter that still moves most is '${slowest}'.`,
      fix: channel
        ? `Simplify carryover or saturation of '${channel}', merge it with a similar channel, or add data.`
        : "Leave out channels that the findings call weak or implausible, or add controls and history.",
    },
  ];
}

function baseline({ fit, evaluation }: Findings): Diagnostic[] {
  const { panel } = fit;
  const { decomposition: cells } = evaluation;
  let negative = 0;
  let observed = 0;
  for (let i = 0; i < panel.observed.length; i++) {
    if (panel.observed[i] !== 1) continue;
    observed++;
    let controls = 0;
    for (const values of cells.controls) controls += values[i]!;
    if (cells.level[i]! + cells.trend[i]! + cells.season[i]! + controls < 0) negative++;
  }
  if (negative <= 0.01 * observed) return [];
  return [
    {
      severity: negative > 0.1 * observed ? "error" : "warning",
      code: "NEGATIVE_BASELINE",
      message: `The baseline is negative in ${percent(negative / observed)} of the rows, so channels are credited with more than the KPI there.`,
      fix: "Some channel follows demand rather than causing it: add the demand driver as a control, leave such channels out, or calibrate with a lift test.",
    },
  ];
}

/** Part of the units in which media may reach what is believed possible before it says something about all. */
const manyUnits = 0.25;

function mediaTotal({ fit, evaluation }: Findings): Diagnostic[] {
  const { prediction } = evaluation.decomposition;
  let total = 0;
  for (let i = 0; i < prediction.length; i++) if (fit.panel.observed[i] === 1) total += prediction[i]!;
  const part = evaluation.mode.contribution.reduce((a, b) => a + b, 0) / total;
  const { mediaCeiling } = fit.settings;
  const { problem, mode } = fit.learned;
  const crowded = unitsAboveCeiling(problem, mode.shared, mode.own);
  if (part < mediaCeiling - 0.02 && crowded < manyUnits * fit.design.units) return [];
  const where = fit.design.units > 1 ? ` in ${crowded} of ${fit.design.units} units` : "";
  return [
    {
      severity: part > mediaCeiling + 0.1 ? "error" : "warning",
      code: "IMPLAUSIBLE_MEDIA_TOTAL",
      message: `Media explain ${percent(part)} of the KPI and press${where} against the ${percent(mediaCeiling)} that is believed possible (option mediaCeiling); some channel probably follows demand instead of causing it.`,
      fix: "Add controls for what else drives the KPI, leave out channels that follow demand (brand search, retargeting), or raise mediaCeiling if this business really lives on advertising.",
    },
  ];
}

function weakChannels(channels: readonly ChannelResult[]): Diagnostic[] {
  return channels
    .filter(({ share }) => share.upper - share.lower > Math.max(0.15, 1.2 * share.mean))
    .map(({ name, share }) => ({
      severity: "warning" as const,
      code: "WEAK_CHANNEL",
      message: `The data hardly identify '${name}': its share of the media effect lies anywhere from ${percent(share.lower)} to ${percent(share.upper)}.`,
      fix: "Do not move its budget on this evidence alone; vary its spend on purpose or run a lift test.",
    }));
}

// Posterior of the half-saturation as wide as its prior: the data never saw the bend.
function unidentifiedCurves({ fit, channels }: Findings): Diagnostic[] {
  const { layout, draws } = fit;
  return layout.channels.flatMap((channel, c) => {
    const j = channel.saturation.parameters.findIndex((parameter) => parameter.name === "halfSaturation");
    if (j < 0) return [];
    const values = draws.shared.map((shared) => shared[channel.saturationStart + j]!);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    if (sd < 0.85 * channel.saturationPriors[j]!.sd) return [];
    return [
      {
        severity: "info" as const,
        code: "CURVE_FROM_PRIOR",
        message: `Where '${channels[c]!.name}' saturates comes from prior belief, not from these data: its activity does not vary enough around the bend.`,
        fix: "Read its response curve far from today's spend as an assumption; vary its spend more to learn it.",
      },
    ];
  });
}

function worseThanNaive({ holdout, naive }: Findings): Diagnostic[] {
  if (holdout?.rmse == null) return [];
  const better = Object.entries(naive).filter(([, metrics]) => metrics?.rmse != null && metrics.rmse < holdout.rmse!);
  if (better.length === 0) return [];
  const names = {
    unitMean: "the training mean",
    lastPeriods: "the mean of the last eight periods",
    seasonalNaive: "last year's value",
  };
  const [name, metrics] = better.sort(([, a], [, b]) => a!.rmse! - b!.rmse!)[0]!;
  return [
    {
      severity: "warning",
      code: "FORECAST_BELOW_NAIVE",
      message: `In the holdout, ${names[name as keyof typeof names] ?? name} per unit forecasts better (RMSE ${plain(metrics!.rmse!)}) than the model (${plain(holdout.rmse)}).`,
      fix: "Do not use this fit for forecasts; look at the residuals for missing drivers, and treat effects with caution.",
    },
  ];
}

function residualPattern(autocorrelation: readonly number[]): Diagnostic[] {
  const first = autocorrelation[0] ?? 0;
  if (Math.abs(first) < 0.3) return [];
  return [
    {
      severity: "warning",
      code: "RESIDUAL_AUTOCORRELATION",
      message: `Neighbouring residuals are correlated (${first.toFixed(2)}), so something that moves slowly is missing from the model and intervals may be too narrow.`,
      fix: "Add the missing driver as a control, or allow a moving level.",
    },
  ];
}

function changingEffects({ layout, network }: Fit): Diagnostic[] {
  const found: Diagnostic[] = [];
  if (layout.path !== null) {
    found.push({
      severity: "info",
      code: "CHANGING_EFFECTS",
      message:
        "Effects change over time in this fit. Shares and ROI are over all periods; curves, plans and forecasts use the effect of the last fitted period.",
      fix: "Compare with a fit of constant effects before acting on a change, and settle differences with lift tests.",
    });
  }
  if (!network) return found;
  const { divergence, rounds } = network;
  if (divergence) {
    found.push({
      severity: "error",
      code: "NETWORK_DIVERGED",
      message: `Training of the network stopped at step ${divergence.step} at parameter '${divergence.parameter}': ${divergence.message} This fit has constant effects.`,
      fix: "Lower the learning rate, or use the preset structural.",
    });
  } else if (layout.path === null) {
    const window = rounds[0]?.validation;
    const told = window
      ? ` The last ${window.periods} training periods were forecast with an error of ${tenths(window.constant)} of the KPI by constant effects and ${tenths(window.best)} by changing ones.`
      : "";
    found.push({
      severity: "info",
      code: "CONSTANT_EFFECTS",
      message: `The network found no change of effects that forecasts better than constant effects do, so effects are constant.${told}`,
      fix: "",
    });
  }
  return found;
}

function assumedActivity({ panel, settings }: Fit): Diagnostic[] {
  let missing = 0;
  for (const cell of panel.observed) if (cell !== 1) missing++;
  const gaps = missing > 0 ? ` and in ${missing} absent rows` : "";
  return [
    {
      severity: "info",
      code: "ASSUMED_ACTIVITY",
      message: `Before the first period${gaps} each channel is taken to have run at its unit's mean; the first ${settings.burnIn} periods of each unit do not enter the likelihood for that reason.`,
      fix: "Supply earlier periods if you have them.",
    },
  ];
}
