import type { FitView, Interval } from "@mmm/model";
import { type Chart, chartTable } from "../chart/chart.js";
import { fitFormat } from "../chart/context.js";
import { formatter, pointTooltip } from "../chart/markers.js";
import { nameAxis, rowsHeight } from "../chart/pieces.js";
import type { Format } from "../format/format.js";
import { estimateSeries, withoutAndWith } from "./calibration-rows.js";
import { rankedChannels } from "./channel-order.js";

/** Every channel's ROI (share of the effect where not all costs are known) without and with calibration. */
export function calibrationByChannel(view: FitView, format: Format = fitFormat(view)): Chart | null {
  const { calibration } = view.result;
  if (calibration === undefined) return null;
  const asReturn = calibration.channels.every(({ roi }) => roi !== null);
  const style = asReturn ? ("ratio" as const) : ("percent" as const);
  const numbers = new Map(calibration.channels.map((each) => [each.name, asReturn ? each.roi! : each.share]));
  const rows = rankedChannels(view).map(({ name, label }) => ({ name, label, ...numbers.get(name)! }));
  const word = asReturn ? "ROI" : "Share of the media effect";
  const tips = rows.map(
    ({ name, before, after }) =>
      `${name}\nData alone ${format.range(before, style)}\nCalibrated ${format.range(after, style)}`,
  );
  return {
    id: "calibration-by-channel",
    title: `${word} without and with calibration`,
    description: describe(rows),
    height: rowsHeight(rows.length, 44),
    option: {
      grid: { top: 36 },
      legend: { data: ["Data alone", "Calibrated"] },
      tooltip: pointTooltip(),
      xAxis: { type: "value", min: 0, axisLabel: { formatter: formatter(style) }, splitNumber: 4 },
      yAxis: nameAxis(rows.map(({ label }) => label)),
      series: estimateSeries(withoutAndWith(rows), tips),
    },
    table: chartTable(
      [
        ["Channel", "text"],
        ["Data alone", style],
        ["Data alone lower", style],
        ["Data alone upper", style],
        ["Calibrated", style],
        ["Calibrated lower", style],
        ["Calibrated upper", style],
      ],
      rows.map(({ name, before, after }) => [
        name,
        ...[before, after].flatMap(({ mean, lower, upper }) => [mean, lower, upper]),
      ]),
    ),
  };
}

interface Row {
  readonly label: string;
  readonly before: Interval;
  readonly after: Interval;
}

function describe(rows: readonly Row[]): string {
  const change = ({ before, after }: Row): number => Math.abs(after.mean / before.mean - 1);
  const most = rows.reduce((a, b) => (change(b) > change(a) ? b : a));
  if (change(most) < 0.05) return "Calibration moved no channel by more than 5%.";
  const way = most.after.mean > most.before.mean ? "up" : "down";
  const width = ({ lower, upper }: Interval): number => upper - lower;
  const certainty = Math.round(100 * Math.abs(width(most.after) / width(most.before) - 1));
  const sharper = width(most.after) < width(most.before) ? "narrower" : "wider";
  return `Calibration moved ${most.label} most, ${way} by ${Math.round(100 * change(most))}%; its interval is ${certainty}% ${sharper}.`;
}
