import type { FitView } from "@mmm/model";
import { type Chart, chartTable } from "../chart/chart.js";
import { counted, fitFormat } from "../chart/context.js";
import { axisTooltip, color, formatter } from "../chart/markers.js";
import type { Format } from "../format/format.js";

/**
 * The objective of the fit after each round, twice the negative log posterior up to a constant; it need not fall in
 * every round, because variances are learned in between. Null for views that do not have it.
 */
export function trainingCurve(view: FitView, format: Format = fitFormat(view)): Chart | null {
  const { training } = view;
  if (!training || training.objective.length < 2) return null;
  const { objective, converged } = training;
  const rounds = objective.map((_, i) => `${i + 1}`);
  const end = objective.at(-1)!;
  const last = Math.abs(end - objective.at(-2)!);
  return {
    id: "training-curve",
    title: "Course of the fit",
    description: `${converged ? "The fit ended at a mode" : "The fit stopped before it reached a mode: read all numbers with care"}, after ${counted(objective.length, "round")}; the last one changed the objective by ${format.value(last, "number")}.`,
    height: 230,
    option: {
      grid: { top: 16 },
      tooltip: axisTooltip(
        rounds.map((round, i) => `Round ${round}\nObjective ${format.value(objective[i]!, "number")}`),
      ),
      xAxis: { type: "category", data: rounds, boundaryGap: false },
      yAxis: { type: "value", scale: true, axisLabel: { formatter: formatter("compact") }, splitNumber: 4 },
      series: [
        {
          type: "line",
          name: "Objective",
          data: objective,
          symbolSize: 5,
          lineStyle: { width: 2, color: color("series0") },
          itemStyle: { color: color("series0") },
        },
      ],
    },
    table: chartTable(
      [
        ["Round", "text"],
        ["Objective", "number"],
      ],
      rounds.map((round, i) => [round, objective[i]!]),
    ),
  };
}
