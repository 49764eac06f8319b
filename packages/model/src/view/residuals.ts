import { columnValues } from "@mmm/core";
import type { Evaluation } from "../attribution/evaluate.js";
import type { Fit } from "../fit/fit.js";
import type { ResidualView } from "./types.js";

const mostPoints = 5000;
const lags = 13;

/** Residuals of the training cells that entered the likelihood, standardised by each unit's noise. */
export function residualView(fit: Fit, { decomposition: cells }: Evaluation): ResidualView {
  const { panel, design, learned } = fit;
  const { units, periods, used, scales } = design;
  const kpi = columnValues(panel, panel.roles.kpi);
  const { noise } = learned.problem.variances;
  const standardised = new Float64Array(units * periods).fill(Number.NaN);
  const byPeriod: (number | null)[] = panel.periods.map(() => null);
  for (let i = 0; i < units * periods; i++) {
    if (panel.observed[i] !== 1) continue;
    const r = Math.floor(i / periods);
    const error = kpi[i]! - cells.prediction[i]!;
    byPeriod[i % periods] = (byPeriod[i % periods] ?? 0) + error;
    if (used[i] === 1) standardised[i] = error / (scales.kpi[r]! * noise[r]!);
  }
  const indices = [...standardised.keys()].filter((i) => !Number.isNaN(standardised[i]));
  const stride = Math.max(1, Math.ceil(indices.length / mostPoints));
  const points = indices
    .filter((_, position) => position % stride === 0)
    .map((i) => ({ predicted: cells.prediction[i]!, standardised: standardised[i]! }));

  const edges = Array.from({ length: 33 }, (_, i) => -4 + i * 0.25);
  const counts = new Array<number>(edges.length - 1).fill(0);
  for (const i of indices) {
    const bin = Math.floor((standardised[i]! + 4) / 0.25);
    counts[Math.min(counts.length - 1, Math.max(0, bin))]!++;
  }
  return {
    points,
    histogram: { edges, counts },
    byPeriod,
    autocorrelation: Array.from({ length: lags }, (_, k) => autocorrelation(standardised, units, periods, k + 1)),
  };
}

function autocorrelation(values: Float64Array, units: number, periods: number, lag: number): number {
  let products = 0;
  let squares = 0;
  let pairs = 0;
  let cells = 0;
  for (let r = 0; r < units; r++) {
    for (let t = 0; t < periods; t++) {
      const value = values[r * periods + t]!;
      if (Number.isNaN(value)) continue;
      squares += value * value;
      cells++;
      const before = t >= lag ? values[r * periods + t - lag]! : Number.NaN;
      if (Number.isNaN(before)) continue;
      products += value * before;
      pairs++;
    }
  }
  return pairs === 0 || squares === 0 ? 0 : products / pairs / (squares / cells);
}
