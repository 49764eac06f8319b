import type { ChannelResult, CrossValidation, FitView, Interval, PlaceboTest } from "@mmm/model";
import { type Chart, type ChartTable, chartTable } from "../chart/chart.js";
import { counted, intervalName, periodNoun } from "../chart/context.js";
import { forecastOrigins } from "../check-charts/forecast-origins.js";
import { trainingCurve } from "../check-charts/training-curve.js";
import { correlationHeatmap, varianceInflation } from "../data-charts/correlations.js";
import { columnTable } from "../data-charts/data-quality.js";
import { actualVsPredicted } from "../fit-charts/actual-vs-predicted.js";
import { answerKeyChart, shareDistance } from "../fit-charts/answer-key.js";
import { baselineDrivers } from "../fit-charts/baseline-drivers.js";
import { carryoverCurves } from "../fit-charts/carryover-curves.js";
import { rankedChannels } from "../fit-charts/channel-order.js";
import { contributionWaterfall } from "../fit-charts/contribution-waterfall.js";
import { decompositionOverTime } from "../fit-charts/decomposition-over-time.js";
import { effectsOverTime } from "../fit-charts/effects-over-time.js";
import { immediateVsCarried } from "../fit-charts/immediate-vs-carried.js";
import { contenders, metricsTable, naiveComparison } from "../fit-charts/naive-comparison.js";
import {
  residualAutocorrelation,
  residualHistogram,
  residualsOverTime,
  residualsVsPredicted,
} from "../fit-charts/residuals.js";
import { responseCurves } from "../fit-charts/response-curves.js";
import { returnOnInvestment } from "../fit-charts/return-on-investment.js";
import { spendVsEffect } from "../fit-charts/spend-vs-effect.js";
import { unitFit, unitPanels, unitRanking } from "../fit-charts/units.js";
import type { Format } from "../format/format.js";
import type { LegendEntry, PageBlock, PageSection } from "../html/blocks.js";
import { allFindings } from "./verdict.js";

type Maybe<T> = T | null;

/** The simulation's truth beside the estimates; null for real data. */
export function answerKeySection(view: FitView, format: Format): Maybe<PageSection> {
  const shares = answerKeyChart(view, "share", format);
  if (!shares || !view.answerKey) return null;
  const { mean, lower, upper } = view.result.mediaFraction;
  const truth = view.answerKey.mediaFraction;
  const inside = truth >= lower && truth <= upper;
  return {
    id: "answer-key",
    title: "Answer key",
    lead: `These data were simulated, so the truth is known. The fit never read it. Media really brings ${format.value(truth, "percent")} of ${view.result.kpi}; the estimate is ${format.range({ mean, lower, upper }, "percent")}, ${inside ? "which includes the truth" : "which misses the truth"}. ${format.value(shareDistance(view), "percent")} of the media effect is credited to the wrong channel. The response and carryover curves below show the truth as a dashed line.`,
    blocks: [{ kind: "pair", charts: present(shares, answerKeyChart(view, "roi", format)) }],
  };
}

export function decompositionSection(view: FitView, format: Format): PageSection {
  return {
    id: "decomposition",
    title: "What drives the KPI",
    short: "Drivers",
    lead: `The model splits ${view.result.kpi} into parts that add up to its prediction exactly.`,
    blocks: [
      { kind: "chart", chart: actualVsPredicted(view, format) },
      { kind: "chart", chart: decompositionOverTime(view, format) },
      { kind: "chart", chart: contributionWaterfall(view, format) },
      ...chartBlocks(baselineDrivers(view, format)),
    ],
  };
}

export function channelSection(view: FitView, format: Format): PageSection {
  return {
    id: "channels",
    title: "Channels",
    lead: "What each channel brings, what it costs, and what its next unit of spend would return.",
    blocks: [
      { kind: "chart", chart: spendVsEffect(view, format) },
      ...chartBlocks(returnOnInvestment(view, format)),
      { kind: "table", title: "All numbers per channel", table: channelTable(view) },
    ],
  };
}

export function responseSection(view: FitView, format: Format): PageSection {
  const truth: LegendEntry[] = view.answerKey ? [{ label: "Truth", mark: "dashed", color: "truth" }] : [];
  const estimate: LegendEntry[] = [
    { label: "Estimate", mark: "line", color: "series0" },
    { label: intervalName(view.result.interval), mark: "band", color: "series0" },
  ];
  const noun = periodNoun(view.frequency);
  const overTime = effectsOverTime(view, format);
  return {
    id: "response",
    title: "Response and carryover",
    short: "Response",
    lead: "How much more a channel would bring with more spend, and how long its effect lasts.",
    blocks: [
      {
        kind: "gallery",
        title: `Response to spend per ${noun}`,
        description: `${view.result.kpi} per ${noun} at a steady level of spend (of activity where no cost is known). Grey areas were never observed: there the curve is extrapolated.`,
        legend: [
          ...estimate,
          { label: "Today", mark: "dot", color: "ink" },
          { label: "Not observed", mark: "band", color: "shade" },
          ...truth,
        ],
        charts: responseCurves(view, format),
      },
      {
        kind: "gallery",
        title: "Carryover",
        description: `Share of the whole effect that arrives 0, 1, 2 … ${noun}s after the activity.`,
        legend: [...estimate, ...truth],
        charts: carryoverCurves(view, format),
      },
      { kind: "chart", chart: immediateVsCarried(view, format) },
      ...(overTime.length > 0
        ? [
            {
              kind: "gallery" as const,
              title: "Effects over time",
              description: `The effect of each channel over its own average. Response curves and plans take that of the last fitted ${noun}, which stays from then on.`,
              legend: [...estimate, ...truth],
              charts: overTime,
            },
          ]
        : []),
    ],
  };
}

/** What `mmm validate` found, as far as reports show it. */
export interface ValidationView {
  readonly crossValidation?: CrossValidation | null;
  readonly placebo?: PlaceboTest | null;
}

export function trustSection(view: FitView, format: Format, validation: ValidationView = {}): PageSection {
  const { crossValidation, placebo } = validation;
  const findings = allFindings(view);
  const { train } = view.result.fit;
  const rows = [{ name: "This model, training periods", metrics: train }, ...contenders(view)];
  return {
    id: "trust",
    title: "Can we trust it?",
    short: "Trust",
    lead: "Checks of the fit, its forecasts on periods that it had not seen, and what it misses.",
    blocks: [
      { kind: "findings", findings, none: "No check found anything to report." },
      ...chartBlocks(naiveComparison(view, format), crossValidation ? forecastOrigins(crossValidation, format) : null),
      ...(placebo && placebo.runs.length > 0 ? [placeboBlock(placebo, format)] : []),
      {
        kind: "table",
        title: "How well it fits",
        description:
          "Pooled R² over units mostly says that large units are large; R² within units takes each unit's mean away first.",
        table: metricsTable(rows),
      },
      { kind: "chart", chart: residualsOverTime(view, format) },
      {
        kind: "pair",
        charts: [
          residualsVsPredicted(view, format),
          residualHistogram(view, format),
          residualAutocorrelation(view, format),
        ],
      },
      ...chartBlocks(trainingCurve(view, format)),
    ],
  };
}

function placeboBlock({ runs, passed, tolerance }: PlaceboTest, format: Format): PageBlock {
  const failed = [...new Set(runs.filter((run) => !run.passed).map(({ channel }) => channel))];
  const blame = failed.length === 0 ? "" : ` Credit all the same: ${failed.join(", ")}.`;
  const sentence = `Placebo: a channel's history is shifted in time, so that it cannot have caused the KPI. In ${passed} of ${runs.length} such runs the model gives it no credit (a share of at most ${format.value(tolerance, "percent")} lies inside its interval).${blame}`;
  return { kind: "text", paragraphs: [sentence] };
}

/** Regions, brands or shops; null when there is only one. */
export function unitSection(view: FitView, format: Format): Maybe<PageSection> {
  const ranking = unitRanking(view, format);
  if (!ranking) return null;
  return {
    id: "units",
    title: "Units",
    lead: `${counted(view.result.units, "unit")}; the table behind the ranking has all of them with every channel's contribution.`,
    blocks: [
      { kind: "pair", charts: present(ranking, unitFit(view, format)) },
      {
        kind: "gallery",
        title: "The largest units",
        description: `Actual and predicted ${view.result.kpi}${view.holdoutStart === null ? "" : "; the holdout is shaded"}.`,
        legend: [
          { label: "Actual", mark: "line", color: "ink" },
          { label: "Predicted", mark: "line", color: "series0" },
        ],
        charts: unitPanels(view, format),
      },
    ],
  };
}

export function dataSection(view: FitView, format: Format): PageSection {
  const quality = view.dataQuality;
  const noun = periodNoun(quality.frequency);
  const missing =
    quality.missingCells === 0
      ? "no cell is missing"
      : `${format.value(quality.missingCells, "number")} of ${format.value(quality.missingCells + quality.observedCells, "number")} cells are missing`;
  return {
    id: "data",
    title: "The data",
    short: "Data",
    lead: `${counted(quality.units, "unit")} over ${counted(quality.periods, noun)}, ${format.period(quality.firstPeriod)} to ${format.period(quality.lastPeriod)}; ${missing}.`,
    blocks: [
      {
        kind: "pair",
        charts: present(correlationHeatmap(quality, format), varianceInflation(quality, format)),
      },
      {
        kind: "table",
        title: "Columns",
        description:
          "The lines show each column's total over units in time; outliers lie outside 1.5 interquartile ranges of their unit.",
        table: columnTable(quality),
        sparks: { label: "Over time", lines: quality.columns.map(({ total }) => total) },
      },
    ],
  };
}

export function methodSection(view: FitView, format: Format): PageSection {
  const { runtime, interval } = view.result;
  const band = intervalName(interval);
  const versions = Object.entries(runtime.versions).map(([name, version]) => `${name} ${version}`);
  return {
    id: "method",
    title: "How do we know?",
    short: "Method",
    lead: "What the words and numbers of this report mean and how they were made.",
    blocks: [
      {
        kind: "definitions",
        items: [
          [
            band,
            `The model's draws of a number lie between these bounds with probability ${format.value(interval, "percent")}, given the model and the data. It does not cover what the model leaves out.`,
          ],
          ["Baseline", "What the model predicts with all media switched off: level, trend, seasonality and controls."],
          [
            "Contribution",
            "Prediction with the channel minus prediction without it, over training and holdout periods. With a graph other channels lose what the channel sets off in them (total effect), so contributions overlap; the direct effect leaves the others as they were, and shares are of direct effects.",
          ],
          [
            "ROI, mROI",
            "Direct effect (in money where a value per KPI is known) per unit of spend; mROI is the same for the last 1% of spend.",
          ],
          ["Holdout", "The last periods, which the fit did not see. Only they show how the model does on new data."],
          ["Carryover", "The part of a channel's effect that comes in later periods; its weights add up to 1."],
          [
            "This run",
            `Engine ${runtime.engine}, seed ${runtime.seed}, ${format.value(runtime.seconds, "ratio")} s${versions.length > 0 ? `; ${versions.join(", ")}` : ""}.`,
          ],
        ],
      },
    ],
  };
}

function channelTable(view: FitView): ChartTable {
  const triple = (interval: Interval | null): (number | null)[] =>
    interval ? [interval.mean, interval.lower, interval.upper] : [null, null, null];
  const columns = (label: string, style: "number" | "percent" | "ratio"): (readonly [string, typeof style])[] => [
    [label, style],
    [`${label} lower`, style],
    [`${label} upper`, style],
  ];
  const kindOf = ({ carryover, saturation }: ChannelResult): string => `${carryover.kind}, ${saturation.kind}`;
  return withoutEmptyColumns(
    chartTable(
      [
        ["Channel", "text"],
        ["Spend", "money"],
        ...columns("Contribution", "number"),
        ...columns("Share", "percent"),
        ...columns("ROI", "ratio"),
        ...columns("mROI", "ratio"),
        ["Carryover, saturation", "text"],
      ],
      rankedChannels(view).map(({ name, result }) => [
        name,
        result.spend,
        ...triple(result.contribution),
        ...triple(result.share),
        ...triple(result.roi),
        ...triple(result.mroi),
        kindOf(result),
      ]),
    ),
  );
}

function withoutEmptyColumns({ header, rows }: ChartTable): ChartTable {
  const keep = header.map((_, i) => rows.some((row) => row[i] !== null));
  const kept = <T>(items: readonly T[]): T[] => items.filter((_, i) => keep[i]);
  return { header: kept(header), rows: rows.map(kept) };
}

const present = <T>(...items: (T | null)[]): T[] => items.filter((item) => item !== null);

const chartBlocks = (...charts: (Chart | null)[]): PageBlock[] =>
  present(...charts).map((chart) => ({ kind: "chart", chart }));
