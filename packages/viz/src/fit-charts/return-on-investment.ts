import type { FitView, Interval } from "@mmm/model";
import { type Chart, chartTable } from "../chart/chart.js";
import { fitFormat, intervalName } from "../chart/context.js";
import { someWords } from "../chart/labels.js";
import { formatter, pointTooltip } from "../chart/markers.js";
import { markSeries, nameAxis, rowsHeight, whiskerSeries } from "../chart/pieces.js";
import type { Format } from "../format/format.js";
import type { ColorName } from "../theme/palette.js";
import { rankedChannels } from "./channel-order.js";

interface Row {
  readonly name: string;
  readonly label: string;
  readonly roi: Interval;
  readonly mroi: Interval | null;
}

/**
 * Average return (ROI) and return of the last 1% of spend (mROI) per channel, with intervals. Null when no channel's
 * spend is known.
 */
export function returnOnInvestment(view: FitView, format: Format = fitFormat(view)): Chart | null {
  const rows = rankedChannels(view)
    .flatMap(({ name, label, result }): Row[] =>
      result.roi ? [{ name, label, roi: result.roi, mroi: result.mroi }] : [],
    )
    .sort((a, b) => b.roi.mean - a.roi.mean);
  if (rows.length === 0) return null;
  const tip = (kind: string, { name }: Row, interval: Interval): string =>
    `${name}\n${kind} ${format.range(interval, "ratio")}, ${intervalName(view.result.interval)}`;
  const dots = (name: string, pick: (row: Row) => Interval | null, tone: ColorName, shift: number): object[] => {
    const intervals = rows.map(pick);
    const bounds = intervals.map((interval) => (interval ? ([interval.lower, interval.upper] as const) : null));
    const tips = intervals.map((interval, i) => (interval ? tip(name, rows[i]!, interval) : ""));
    return [
      whiskerSeries(`${name} interval`, bounds, tone, shift),
      markSeries(
        name,
        "dot",
        intervals.map((interval) => interval?.mean ?? null),
        tips,
        tone,
        shift,
      ),
    ];
  };
  const end = axisEnd(rows);
  return {
    id: "return-on-investment",
    title: "Return per unit of spend: average and next",
    description: `${describe(rows, view)}${beyond(rows, end, format)}`,
    height: rowsHeight(rows.length, 42),
    option: {
      grid: { top: 36 },
      legend: { data: ["ROI", "mROI"] },
      tooltip: pointTooltip(),
      xAxis: {
        type: "value",
        min: 0,
        ...(end !== null && { max: end }),
        axisLabel: { formatter: formatter("ratio") },
        splitNumber: 4,
      },
      yAxis: nameAxis(rows.map(({ label }) => label)),
      series: [...dots("ROI", ({ roi }) => roi, "series0", -7), ...dots("mROI", ({ mroi }) => mroi, "series1", 7)],
    },
    table: chartTable(
      [
        ["Channel", "text"],
        ["ROI", "ratio"],
        ["ROI lower", "ratio"],
        ["ROI upper", "ratio"],
        ["mROI", "ratio"],
        ["mROI lower", "ratio"],
        ["mROI upper", "ratio"],
      ],
      rows.map(({ name, roi, mroi }) => [
        name,
        roi.mean,
        roi.lower,
        roi.upper,
        mroi?.mean ?? null,
        mroi?.lower ?? null,
        mroi?.upper ?? null,
      ]),
    ),
  };
}

// One interval many times as wide as the others would leave no room to read those; it then runs out of the chart.
function axisEnd(rows: readonly Row[]): number | null {
  const reach = rows.map(({ roi, mroi }) => Math.max(roi.upper, mroi?.upper ?? 0)).sort((a, b) => a - b);
  const usual = reach[Math.floor(0.75 * (reach.length - 1))]!;
  const end = 1.25 * Math.max(usual, ...rows.map(({ roi, mroi }) => Math.max(roi.mean, mroi?.mean ?? 0)));
  return rows.length >= 4 && reach.at(-1)! > 2 * end ? niceUp(end) : null;
}

function niceUp(value: number): number {
  const step = 10 ** Math.floor(Math.log10(value)) / 2;
  return Math.ceil(value / step) * step;
}

function beyond(rows: readonly Row[], end: number | null, format: Format): string {
  if (end === null) return "";
  const wide = rows.filter(({ roi }) => roi.upper > end);
  if (wide.length === 0) return "";
  const words = wide.map(({ label, roi }) => `${label} to ${format.value(roi.upper, "ratio")}`);
  return ` Beyond the chart: ${someWords(words)}.`;
}

function describe(rows: readonly Row[], view: FitView): string {
  const best = rows[0]!;
  const rivals = rows.slice(1).filter(({ roi }) => roi.upper >= best.roi.lower);
  const clear =
    rows.length === 1
      ? `${best.label} is the only channel with known spend.`
      : rivals.length === 0
        ? `${best.label} has the highest ROI, clear of all others.`
        : `${best.label} has the highest ROI, but its ${intervalName(view.result.interval)} overlaps with ${rivals.length === rows.length - 1 ? "every other channel" : someWords(rivals.map(({ label }) => label))}.`;
  const flat = rows.filter(({ roi, mroi }) => mroi && mroi.mean < roi.mean / 2).map(({ label }) => label);
  return flat.length === 0
    ? clear
    : `${clear} The next unit of spend returns less than half of the average in ${someWords(flat)}.`;
}
