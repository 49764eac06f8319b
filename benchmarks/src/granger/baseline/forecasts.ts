// Yardsticks for forecasting every node from the end of a history: `[horizon, nodes]` row-major, z-scored units.

import { currentColumn, lagColumns } from "./graphs.js";
import { leastSquares } from "./least-squares.js";

export type Forecaster = (
  history: Float64Array,
  nodes: number,
  horizon: number,
  /** Last observed values, when they lie beyond the history the method is fitted on. */
  latest?: Float64Array,
) => Float64Array;

/** VAR(1) with an unpenalised intercept and penalty 1 on standardised lags, rolled forward. */
export const ridgeVar: Forecaster = (history, nodes, horizon, latest = history.slice(-nodes)) => {
  const columns = lagColumns(history, nodes, 1);
  const ridge = columns.map((_, k) => (k === 0 ? 0 : 1));
  const fits = Array.from({ length: nodes }, (_, node) =>
    leastSquares(columns, currentColumn(history, nodes, 1, node), ridge),
  );
  const out = new Float64Array(horizon * nodes);
  let state = latest;
  for (let h = 0; h < horizon; h++) {
    const next = Float64Array.from(fits, ({ coefficients }) => {
      let value = coefficients[0]!;
      for (let node = 0; node < nodes; node++) value += coefficients[1 + node]! * state[node]!;
      return value;
    });
    out.set(next, h * nodes);
    state = next;
  }
  return out;
};

export const lastValue: Forecaster = (history, nodes, horizon) => {
  const out = new Float64Array(horizon * nodes);
  for (let h = 0; h < horizon; h++) out.set(history.slice(-nodes), h * nodes);
  return out;
};

export const historyMean: Forecaster = (history, nodes, horizon) => {
  const mean = new Float64Array(nodes);
  const steps = history.length / nodes;
  for (let i = 0; i < history.length; i++) mean[i % nodes]! += history[i]! / steps;
  const out = new Float64Array(horizon * nodes);
  for (let h = 0; h < horizon; h++) out.set(mean, h * nodes);
  return out;
};

/** The value one season of `period` steps ago. */
export const seasonalNaive =
  (period: number): Forecaster =>
  (history, nodes, horizon) => {
    const out = new Float64Array(horizon * nodes);
    const steps = history.length / nodes;
    for (let h = 0; h < horizon; h++) {
      const back = steps - period + (h % period);
      out.set(history.subarray(back * nodes, (back + 1) * nodes), h * nodes);
    }
    return out;
  };
