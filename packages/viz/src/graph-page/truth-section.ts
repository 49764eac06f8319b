import { type Chart, chartTable } from "../chart/chart.js";
import { color, formatter, pointTooltip } from "../chart/markers.js";
import { createFormat, type Format } from "../format/format.js";
import type { PageSection } from "../html/blocks.js";

export interface TruthView {
  readonly auroc: number;
  readonly auprc: number;
  readonly brier: number | null;
  readonly ece: number | null;
  /** Wrong same-period marks; null for graphs of the past only. */
  readonly shd: number | null;
  /** As `reliability` of @mmm/causal gives it; empty without probabilities. */
  readonly reliability: readonly {
    readonly count: number;
    readonly meanProbability: number;
    readonly frequency: number;
  }[];
}

/** Scores against a known truth, with the calibration of the probabilities. */
export function truthSection(truth: TruthView, format: Format = createFormat()): PageSection {
  const score = (value: number | null): string => (value === null ? "–" : format.value(value, "decimal"));
  return {
    id: "truth",
    title: "Against the truth",
    short: "Truth",
    lead: "The true graph was given, so the result can be marked.",
    blocks: [
      {
        kind: "tiles",
        tiles: [
          { label: "AUROC", value: score(truth.auroc), note: "1 ranks every true edge first; 0.5 is guessing" },
          { label: "AUPRC", value: score(truth.auprc), note: "the same with more weight on the top" },
          {
            label: "Wrong marks",
            value: truth.shd === null ? "–" : String(truth.shd),
            note: "missing, extra or turned, same period",
          },
          { label: "Calibration error", value: score(truth.ece), note: "mean gap between said and seen; 0 is perfect" },
          { label: "Brier score", value: score(truth.brier), note: "mean squared error of the probabilities" },
        ],
      },
      ...(truth.reliability.length > 0 ? [{ kind: "chart", chart: calibrationChart(truth, format) } as const] : []),
    ],
  };
}

function calibrationChart({ reliability }: TruthView, format: Format): Chart {
  const total = reliability.reduce((sum, { count }) => sum + count, 0);
  const axis = { type: "value", min: 0, max: 1, splitNumber: 4, axisLabel: { formatter: formatter("percent") } };
  return {
    id: "calibration",
    title: "Do the probabilities mean what they say?",
    description: `Of the pairs that were given a probability, the part that are edges; ${format.value(total, "number")} pairs. On the line, they do; larger dots stand for more pairs.`,
    height: 320,
    maxWidth: 560,
    option: {
      grid: { top: 12 },
      tooltip: pointTooltip(),
      xAxis: { ...axis, name: "Said", nameLocation: "middle", nameGap: 28 },
      yAxis: { ...axis, name: "Seen" },
      series: [
        {
          type: "line",
          silent: true,
          symbol: "none",
          data: [
            [0, 0],
            [1, 1],
          ],
          lineStyle: { color: color("muted"), width: 1, type: "dashed" },
        },
        {
          type: "scatter",
          itemStyle: { color: color("series0") },
          data: reliability.map(({ count, meanProbability, frequency }) => ({
            value: [meanProbability, frequency],
            symbolSize: 6 + 22 * Math.sqrt(count / total),
            tip: `Said ${format.value(meanProbability, "percent")}\nSeen ${format.value(frequency, "percent")}\n${format.value(count, "number")} pairs`,
          })),
        },
      ],
    },
    table: chartTable(
      [
        ["Said", "percent"],
        ["Seen", "percent"],
        ["Pairs", "number"],
      ],
      reliability.map(({ count, meanProbability, frequency }) => [meanProbability, frequency, count]),
    ),
  };
}
