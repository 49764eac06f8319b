import type { CrossValidation, FitMetrics } from "@mmm/model";
import { type Chart, chartTable } from "../chart/chart.js";
import { counted } from "../chart/context.js";
import { color, formatter, pointTooltip } from "../chart/markers.js";
import { nameAxis, rowsHeight } from "../chart/pieces.js";
import type { Format } from "../format/format.js";
import type { ColorName } from "../theme/palette.js";

/**
 * Rolling-origin cross-validation: error of the model and of simple forecasts from several earlier dates. Null without
 * origins.
 */
export function forecastOrigins(
  { origins, interval, coverage, horizon }: CrossValidation,
  format: Format,
): Chart | null {
  if (origins.length === 0) return null;
  const rivals: [string, ColorName, (naive: (typeof origins)[number]["naive"]) => FitMetrics | null][] = [
    ["Last periods' mean", "baseline", ({ lastPeriods }) => lastPeriods],
    ["Same season last year", "shade", ({ seasonalNaive }) => seasonalNaive],
    ["Each unit's mean", "other", ({ unitMean }) => unitMean],
  ];
  const contenders = [
    { name: "This model", tone: "series0" as ColorName, errors: origins.map(({ model }) => model.wmape) },
    ...rivals.map(([name, tone, pick]) => ({
      name,
      tone,
      errors: origins.map(({ naive }) => pick(naive)?.wmape ?? null),
    })),
  ].filter(({ errors }) => errors.some((error) => error !== null));
  const labels = origins.map(({ origin }) => `from ${format.period(origin)}`);
  const wins = origins.filter((_, i) => {
    const [model, ...others] = contenders.map(({ errors }) => errors[i] ?? null);
    return model !== null && model !== undefined && others.every((error) => error === null || model < error);
  }).length;
  return {
    id: "forecast-origins",
    title: "Forecasts from earlier dates",
    description: `From ${wins} of ${counted(origins.length, "earlier date")} the model forecast the next ${counted(horizon, "period")} better than every simple rule; ${format.value(coverage, "percent")} of the periods lie inside the interval that should hold ${format.value(interval, "percent")}.`,
    height: rowsHeight(origins.length, 20 + 16 * contenders.length, 76),
    option: {
      grid: { top: 40 },
      legend: { data: contenders.map(({ name }) => name) },
      tooltip: pointTooltip(),
      xAxis: { type: "value", min: 0, axisLabel: { formatter: formatter("percent") }, splitNumber: 4 },
      yAxis: nameAxis(labels),
      series: contenders.map(({ name, tone, errors }) => ({
        type: "bar",
        name,
        barMaxWidth: 13,
        itemStyle: { color: color(tone) },
        data: errors.map((error, i) => ({
          value: error ?? "-",
          tip: `${labels[i]}\n${name}: weighted error ${format.value(error, "percent")}`,
        })),
      })),
    },
    table: chartTable(
      [
        ["From", "period"],
        ...contenders.map(({ name }) => [`${name} (wMAPE)`, "percent"] as const),
        ["Actual total", "number"],
        ["Predicted", "number"],
        ["Lower", "number"],
        ["Upper", "number"],
        ["Periods inside", "number"],
        ["Periods", "number"],
      ],
      origins.map(({ origin, actual, predicted, inside, periods }, i) => [
        origin,
        ...contenders.map(({ errors }) => errors[i] ?? null),
        actual,
        predicted.mean,
        predicted.lower,
        predicted.upper,
        inside,
        periods,
      ]),
    ),
  };
}
