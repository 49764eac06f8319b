import type { FitView, UnitView } from "@mmm/model";
import { type Chart, chartTable } from "../chart/chart.js";
import { fitFormat, sum } from "../chart/context.js";
import { axisTooltip, color, formatter, pointTooltip } from "../chart/markers.js";
import { gap, nameAxis, periodAxis, rowsHeight, shadeFrom } from "../chart/pieces.js";
import type { Format } from "../format/format.js";

interface RankedUnit {
  readonly unit: UnitView;
  readonly predicted: number;
}

/** Units are graded on the holdout where there is one. */
const unseen = (view: FitView): string => (view.holdoutStart === null ? "" : " on unseen periods");

/** Units by falling predicted KPI. */
function rankedUnits(view: FitView): RankedUnit[] {
  return view.units.map((unit) => ({ unit, predicted: sum(unit.predicted) })).sort((a, b) => b.predicted - a.predicted);
}

/** The largest units with the part of their KPI that media brings. Null for a single unit. */
export function unitRanking(view: FitView, format: Format = fitFormat(view), top = 20): Chart | null {
  if (view.units.length < 2) return null;
  const ranked = rankedUnits(view);
  const shown = ranked.slice(0, top);
  const total = ranked.reduce((size, { predicted }) => size + predicted, 0);
  const covered = shown.reduce((size, { predicted }) => size + predicted, 0) / total;
  const fractions = ranked.map(({ unit }) => unit.mediaFraction);
  const tips = shown.map(
    ({ unit, predicted }) =>
      `${unit.unit}\nPredicted ${format.value(predicted, "compact")}\nMedia ${format.value(unit.mediaFraction, "percent")}\nR² ${format.value(unit.metrics.r2, "decimal")}`,
  );
  const bar = (name: string, tone: "baseline" | "series0", size: (row: RankedUnit) => number): object => ({
    type: "bar",
    name,
    stack: "unit",
    barMaxWidth: 16,
    itemStyle: { color: color(tone) },
    data: shown.map((row, i) => ({ value: size(row), tip: tips[i] })),
  });
  return {
    id: "unit-ranking",
    title: shown.length < ranked.length ? `The ${shown.length} largest of ${ranked.length} units` : "All units by size",
    description: `These units make up ${format.value(covered, "percent")} of ${view.result.kpi}; over all units media brings between ${format.value(Math.min(...fractions), "percent")} and ${format.value(Math.max(...fractions), "percent")}.`,
    height: rowsHeight(shown.length, 24),
    option: {
      grid: { top: 36 },
      legend: { data: ["Without media", "Media"] },
      tooltip: pointTooltip(),
      xAxis: { type: "value", axisLabel: { formatter: formatter("compact") }, splitNumber: 4 },
      yAxis: nameAxis(shown.map(({ unit }) => unit.unit)),
      series: [
        bar("Without media", "baseline", ({ unit, predicted }) => predicted * (1 - unit.mediaFraction)),
        bar("Media", "series0", ({ unit, predicted }) => predicted * unit.mediaFraction),
      ],
    },
    table: chartTable(
      [
        ["Unit", "text"],
        ["Predicted", "number"],
        ["Media part", "percent"],
        ["R²", "decimal"],
        ["Weighted error", "percent"],
        ...view.channels.map(({ name }) => [name, "number"] as const),
      ],
      ranked.map(({ unit, predicted }) => [
        unit.unit,
        predicted,
        unit.mediaFraction,
        unit.metrics.r2,
        unit.metrics.wmape,
        ...unit.contributions,
      ]),
    ),
  };
}

/** Every unit as a dot: its size against how well the model follows it. Null for fewer than four units. */
export function unitFit(view: FitView, format: Format = fitFormat(view)): Chart | null {
  const rows = rankedUnits(view).filter(({ unit, predicted }) => unit.metrics.wmape !== null && predicted > 0);
  if (rows.length < 4) return null;
  const worst = rows.toSorted((a, b) => b.unit.metrics.wmape! - a.unit.metrics.wmape!)[0]!;
  const errors = rows.map(({ unit }) => unit.metrics.wmape!).sort((a, b) => a - b);
  const median = errors[Math.floor(errors.length / 2)]!;
  return {
    id: "unit-fit",
    title: "How well the model follows each unit",
    description: `The median unit is off by ${format.value(median, "percent")}${unseen(view)}; ${worst.unit.unit} is followed worst, off by ${format.value(worst.unit.metrics.wmape, "percent")}.`,
    height: 300,
    option: {
      grid: { top: 16 },
      tooltip: pointTooltip(),
      xAxis: {
        type: "log",
        name: `Predicted ${view.result.kpi}`,
        nameLocation: "middle",
        nameGap: 26,
        splitLine: { show: false },
        min: 10 ** Math.floor(Math.log10(rows.at(-1)!.predicted)),
        max: 10 ** Math.ceil(Math.log10(rows[0]!.predicted)),
        axisLabel: { formatter: formatter("compact") },
      },
      yAxis: { type: "value", min: 0, axisLabel: { formatter: formatter("percent") }, splitNumber: 4 },
      series: [
        {
          type: "scatter",
          symbolSize: 9,
          itemStyle: { color: color("series0", 0.6) },
          data: rows.map(({ unit, predicted }) => ({
            value: [predicted, unit.metrics.wmape],
            tip: `${unit.unit}\nPredicted ${format.value(predicted, "compact")}\nWeighted error ${format.value(unit.metrics.wmape, "percent")}`,
          })),
        },
      ],
    },
    table: chartTable(
      [
        ["Unit", "text"],
        ["Predicted", "number"],
        ["Weighted error", "percent"],
      ],
      rows.map(({ unit, predicted }) => [unit.unit, predicted, unit.metrics.wmape]),
    ),
  };
}

/** Actual and predicted of the largest units, one small chart each. Empty for a single unit. */
export function unitPanels(view: FitView, format: Format = fitFormat(view), top = 12): Chart[] {
  if (view.units.length < 2) return [];
  return rankedUnits(view)
    .slice(0, top)
    .map(({ unit }, i) => unitPanel(view, unit, i, format));
}

function unitPanel(view: FitView, unit: UnitView, index: number, format: Format): Chart {
  const { periods, holdoutStart } = view;
  const line = (name: string, values: readonly (number | null)[], tone: "ink" | "series0", extra: object): object => ({
    type: "line",
    name,
    data: values.map(gap),
    symbol: "none",
    lineStyle: { width: 1.5, color: color(tone) },
    itemStyle: { color: color(tone) },
    ...extra,
  });
  return {
    id: `unit-${index + 1}`,
    title: unit.unit,
    description: `Off by ${format.value(unit.metrics.wmape, "percent")}${unseen(view)}; media brings ${format.value(unit.mediaFraction, "percent")}.`,
    height: 170,
    option: {
      grid: { top: 10 },
      tooltip: axisTooltip(
        periods.map(
          (period, t) =>
            `${format.period(period)}\nActual ${format.value(unit.actual[t] ?? null, "compact")}\nPredicted ${format.value(unit.predicted[t] ?? null, "compact")}`,
        ),
      ),
      xAxis: periodAxis(periods),
      yAxis: { type: "value", scale: true, splitNumber: 3, axisLabel: { formatter: formatter("compact") } },
      series: [
        line("Actual", unit.actual, "ink", {}),
        line("Predicted", unit.predicted, "series0", {
          ...(holdoutStart !== null && { markArea: shadeFrom(periods[holdoutStart]!, periods.at(-1)!, "") }),
        }),
      ],
    },
    table: chartTable(
      [
        ["Period", "period"],
        ["Actual", "number"],
        ["Predicted", "number"],
      ],
      periods.map((period, t) => [period, unit.actual[t] ?? null, unit.predicted[t] ?? null]),
    ),
  };
}
