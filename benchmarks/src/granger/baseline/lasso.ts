// Lasso VAR with the penalty chosen by BIC, by coordinate descent on the Gram matrix; score = |coefficient|.

import { currentColumn, lagColumns } from "./graphs.js";
import { dot } from "./least-squares.js";

/** `values` standardised, `[steps, nodes]`; the score of a pair is the sum of |coefficients| over lags. */
export function lassoVar(values: Float64Array, nodes: number, lags = 1): Float64Array {
  const columns = lagColumns(values, nodes, lags).slice(1);
  const size = columns.length;
  const rows = columns[0]!.length;
  const gram = columns.map((a) => columns.map((b) => dot(a, b) / rows));
  const scores = new Float64Array(nodes * nodes);
  for (let to = 0; to < nodes; to++) {
    const y = currentColumn(values, nodes, lags, to);
    const cross = columns.map((a) => dot(a, y) / rows);
    const total = dot(y, y) / rows;
    const largest = Math.max(...cross.map(Math.abs));
    let best = { bic: Number.POSITIVE_INFINITY, b: new Float64Array(size) };
    const b = new Float64Array(size);
    for (let step = 0; step < 40; step++) {
      const penalty = largest * 0.001 ** (step / 39);
      for (let round = 0; round < 100; round++) {
        let moved = 0;
        for (let k = 0; k < size; k++) {
          const own = gram[k]![k]!;
          if (own < 1e-12) continue;
          let slope = cross[k]!;
          for (let j = 0; j < size; j++) if (j !== k) slope -= gram[k]![j]! * b[j]!;
          const next = (Math.sign(slope) * Math.max(0, Math.abs(slope) - penalty)) / own;
          moved = Math.max(moved, Math.abs(next - b[k]!));
          b[k] = next;
        }
        if (moved < 1e-5) break;
      }
      let residual = total;
      let used = 0;
      for (let k = 0; k < size; k++) {
        if (b[k] === 0) continue;
        used++;
        residual -= 2 * b[k]! * cross[k]!;
        for (let j = 0; j < size; j++) residual += b[k]! * b[j]! * gram[k]![j]!;
      }
      const bic = rows * Math.log(Math.max(residual, 1e-9)) + used * Math.log(rows);
      if (bic < best.bic) best = { bic, b: b.slice() };
    }
    best.b.forEach((value, k) => {
      const from = k % nodes;
      if (from !== to) scores[from * nodes + to]! += Math.abs(value);
    });
  }
  return scores;
}

/** |correlation| of each node's last step with each other node's current one. */
export function laggedCorrelation(values: Float64Array, nodes: number): Float64Array {
  const columns = lagColumns(values, nodes, 1).slice(1);
  const scores = new Float64Array(nodes * nodes);
  for (let to = 0; to < nodes; to++) {
    const y = currentColumn(values, nodes, 1, to);
    for (let from = 0; from < nodes; from++) {
      const x = columns[from]!;
      const scale = Math.sqrt(dot(x, x) * dot(y, y));
      if (from !== to && scale > 0) scores[from * nodes + to] = Math.abs(dot(x, y)) / scale;
    }
  }
  return scores;
}
