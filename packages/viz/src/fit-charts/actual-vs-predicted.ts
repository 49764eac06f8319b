import type { FitView } from "@mmm/model";
import { type Chart, chartTable } from "../chart/chart.js";
import { fitFormat, intervalName, periodNoun } from "../chart/context.js";
import { axisTooltip, color, formatter } from "../chart/markers.js";
import { bandSeries, gap, periodAxis, shadeFrom } from "../chart/pieces.js";
import type { Format } from "../format/format.js";

/**
 * KPI per period beside the model's prediction with its interval; the holdout, which the model has not seen, is shaded.
 */
export function actualVsPredicted(view: FitView, format: Format = fitFormat(view)): Chart {
  const { periods, actual, predicted, holdoutStart, result } = view;
  const band = intervalName(result.interval);
  const row = (t: number): (number | null)[] => [
    actual[t] ?? null,
    predicted.mean[t] ?? null,
    predicted.lower[t] ?? null,
    predicted.upper[t] ?? null,
  ];
  const tips = periods.map((period, t) => {
    const [seen, mean, lower, upper] = row(t).map((value) => format.value(value, "compact"));
    const held = holdoutStart !== null && t >= holdoutStart ? " (holdout)" : "";
    return `${format.period(period)}${held}\nActual ${seen}\nPredicted ${mean} (${lower} to ${upper})`;
  });
  return {
    id: "actual-vs-predicted",
    title: `Actual and predicted ${result.kpi}`,
    description: describe(view, band),
    height: 340,
    option: {
      grid: { top: 40 },
      legend: { data: ["Actual", "Predicted", band] },
      tooltip: axisTooltip(tips),
      xAxis: periodAxis(periods),
      yAxis: { type: "value", scale: true, axisLabel: { formatter: formatter("compact") } },
      series: [
        ...bandSeries(band, predicted.lower, predicted.upper, "series0"),
        {
          type: "line",
          name: "Predicted",
          data: predicted.mean.map(gap),
          symbol: "none",
          lineStyle: { width: 2, color: color("series0") },
          itemStyle: { color: color("series0") },
          ...(holdoutStart !== null && {
            markArea: shadeFrom(periods[holdoutStart]!, periods.at(-1)!, "Holdout"),
          }),
        },
        {
          type: "line",
          name: "Actual",
          data: actual.map(gap),
          symbol: "none",
          lineStyle: { width: 1.5, color: color("ink") },
          itemStyle: { color: color("ink") },
        },
      ],
    },
    table: chartTable(
      [
        ["Period", "period"],
        ["Actual", "number"],
        ["Predicted", "number"],
        ["Lower", "number"],
        ["Upper", "number"],
      ],
      periods.map((period, t) => [period, ...row(t)]),
    ),
  };
}

function describe(view: FitView, band: string): string {
  const { actual, predicted, holdoutStart } = view;
  const inside = (from: number, to: number): [number, number] => {
    let hits = 0;
    let seen = 0;
    for (let t = from; t < to; t++) {
      const [value, lower, upper] = [actual[t], predicted.lower[t], predicted.upper[t]];
      if (value == null || lower == null || upper == null) continue;
      seen++;
      if (value >= lower && value <= upper) hits++;
    }
    return [hits, seen];
  };
  const noun = periodNoun(view.frequency);
  const [hits, seen] = inside(0, holdoutStart ?? actual.length);
  const known = `In ${hits} of ${seen} training ${noun}s the actual total lies inside the ${band}`;
  if (holdoutStart === null) return `${known}; nothing was held out.`;
  const [heldHits, held] = inside(holdoutStart, actual.length);
  return `${known}, and in ${heldHits} of the ${held} held-out ${noun}s, which the model never saw.`;
}
