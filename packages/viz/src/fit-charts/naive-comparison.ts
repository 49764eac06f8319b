import type { FitMetrics, FitView } from "@mmm/model";
import { type Chart, chartTable } from "../chart/chart.js";
import { fitFormat } from "../chart/context.js";
import { color, formatter, pointTooltip } from "../chart/markers.js";
import { nameAxis, rowsHeight } from "../chart/pieces.js";
import type { Format } from "../format/format.js";

/** A forecast of the holdout: the model's or a simple rule's. */
export interface Contender {
  readonly name: string;
  readonly metrics: FitMetrics;
  readonly isModel: boolean;
}

/** The model and the naive rules that have holdout metrics. */
export function contenders(view: FitView): Contender[] {
  const { holdout, naive } = view.result.fit;
  const list: [string, FitMetrics | null][] = [
    ["This model", holdout],
    ["Each unit's mean", naive.unitMean],
    ["Last periods' mean", naive.lastPeriods],
    ["Same season last year", naive.seasonalNaive],
  ];
  return list.flatMap(([name, metrics], i) => (metrics ? [{ name, metrics, isModel: i === 0 }] : []));
}

/**
 * Error of the model on the held-out periods beside forecasts that need no model. Null when nothing was held out.
 */
export function naiveComparison(view: FitView, format: Format = fitFormat(view)): Chart | null {
  const rows = contenders(view);
  if (!rows[0]?.isModel) return null;
  const tips = rows.map(({ name, metrics }) =>
    [
      name,
      `Weighted error ${format.value(metrics.wmape, "percent")}`,
      `R² within units ${format.value(metrics.r2Within, "decimal")}`,
      `R² pooled ${format.value(metrics.r2, "decimal")}`,
    ].join("\n"),
  );
  return {
    id: "naive-comparison",
    title: "Holdout error beside simple forecasts",
    description: describe(rows, format),
    height: rowsHeight(rows.length, 38, 40),
    option: {
      grid: { top: 8, right: 56 },
      tooltip: pointTooltip(),
      xAxis: { type: "value", min: 0, axisLabel: { formatter: formatter("percent") }, splitNumber: 4 },
      yAxis: nameAxis(rows.map(({ name }) => name)),
      series: [
        {
          type: "bar",
          barMaxWidth: 20,
          data: rows.map(({ metrics, isModel }, i) => ({
            value: metrics.wmape ?? "-",
            tip: tips[i],
            itemStyle: { color: color(isModel ? "series0" : "baseline") },
            label: {
              show: true,
              position: "right",
              color: color("ink"),
              formatter: format.value(metrics.wmape, "percent"),
            },
          })),
        },
      ],
    },
    table: metricsTable(rows),
  };
}

/** Every metric of every contender. */
export function metricsTable(rows: readonly { readonly name: string; readonly metrics: FitMetrics }[]): Chart["table"] {
  return chartTable(
    [
      ["Forecast", "text"],
      ["Weighted error (wMAPE)", "percent"],
      ["R² within units", "decimal"],
      ["R² pooled", "decimal"],
      ["RMSE", "number"],
      ["NRMSE", "percent"],
      ["MAPE", "percent"],
      ["MASE", "decimal"],
    ],
    rows.map(({ name, metrics }) => [
      name,
      metrics.wmape,
      metrics.r2Within,
      metrics.r2,
      metrics.rmse,
      metrics.nrmse,
      metrics.mape,
      metrics.mase,
    ]),
  );
}

function describe(rows: readonly Contender[], format: Format): string {
  const model = rows[0]!.metrics.wmape;
  const rivals = rows.slice(1).filter(({ metrics }) => metrics.wmape !== null);
  const best = rivals.toSorted((a, b) => a.metrics.wmape! - b.metrics.wmape!)[0];
  if (model === null || !best) return `On unseen periods the model is off by ${format.value(model, "percent")}.`;
  const name = best.name.toLowerCase();
  const rival = format.value(best.metrics.wmape, "percent");
  return model < best.metrics.wmape!
    ? `On unseen periods the model is off by ${format.value(model, "percent")}, better than the best simple forecast (${name}, ${rival}).`
    : `On unseen periods the model is off by ${format.value(model, "percent")}, worse than a simple forecast (${name}, ${rival}).`;
}
