import { type Polytope, rowValue } from "./rows.js";
import { feasiblePoint, maximiseLinear } from "./simplex.js";

/** The feasible plan with the least weighted sum of absolute distances: x = point + up − down as a linear program. */
export function nearestByLinearProgram(point: Float64Array, metric: Float64Array, set: Polytope): Float64Array {
  const n = point.length;
  const lower = new Float64Array(2 * n);
  const upper = new Float64Array(2 * n);
  const cost = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    lower[i] = Math.max(0, set.lower[i]! - point[i]!);
    upper[i] = Math.max(0, set.upper[i]! - point[i]!);
    lower[n + i] = Math.max(0, point[i]! - set.upper[i]!);
    upper[n + i] = Math.max(0, point[i]! - set.lower[i]!);
    cost[i] = -Math.sqrt(metric[i]!);
    cost[n + i] = cost[i]!;
  }
  const rows = set.rows.map((row) => {
    const at = rowValue(row, point);
    const indices = Array.from(row.indices);
    const coefficients = Array.from(row.coefficients);
    return {
      ...row,
      indices: [...indices, ...indices.map((i) => n + i)],
      coefficients: [...coefficients, ...coefficients.map((a) => -a)],
      lower: row.lower - at,
      upper: row.upper - at,
    };
  });
  const { status, x } = maximiseLinear(cost, { lower, upper, rows });
  if (status === "infeasible") return feasiblePoint(set) ?? point;
  return point.map((at, i) => Math.min(set.upper[i]!, Math.max(set.lower[i]!, at + x[i]! - x[n + i]!)));
}
