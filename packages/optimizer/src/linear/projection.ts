// The nearest plan that meets all linear conditions. Works on the dual problem, which has one unknown per row: Newton
// steps with a line search on a piecewise quadratic, row by row where Newton stalls.

import { nearestByLinearProgram } from "./nearest.js";
import { type Polytope, rowScale } from "./rows.js";
import { solveDense } from "./solve-dense.js";

/**
 * `argmin_x ½ Σ_i metric_i (x_i − point_i)²` over a polytope that is not empty.
 *
 * @param metric positive weights; all 1 for the Euclidean projection
 * @param duals warm start and result: one multiplier per row
 * Source: Bertsekas (1982), Projected Newton methods for optimization problems with simple constraints.
 */
export function project(
  point: Float64Array,
  metric: Float64Array,
  set: Polytope,
  duals: Float64Array = new Float64Array(set.rows.length),
): Float64Array {
  const { rows, lower, upper } = set;
  const n = point.length;
  const m = rows.length;
  const x = new Float64Array(n);
  if (m === 0) {
    for (let i = 0; i < n; i++) x[i] = Math.min(upper[i]!, Math.max(lower[i]!, point[i]!));
    return x;
  }
  const scales = rows.map((row) => rowScale(set, row));
  const free = new Uint8Array(n);
  const residual = new Float64Array(m);
  const pulled = new Float64Array(n);

  // The plan that multipliers y pull to; fills x, free and the residual of each row against its bound on that side,
  // which is the gradient of the dual problem.
  const dual = (y: Float64Array): void => {
    pulled.fill(0);
    for (let j = 0; j < m; j++) {
      const w = y[j]!;
      if (w === 0) continue;
      const { indices, coefficients } = rows[j]!;
      for (let k = 0; k < indices.length; k++) pulled[indices[k]!]! += w * coefficients[k]!;
    }
    for (let i = 0; i < n; i++) {
      const wish = point[i]! + pulled[i]! / metric[i]!;
      const at = Math.min(upper[i]!, Math.max(lower[i]!, wish));
      x[i] = at;
      free[i] = wish > lower[i]! && wish < upper[i]! ? 1 : 0;
    }
    for (let j = 0; j < m; j++) {
      const { indices, coefficients, lower: low, upper: high } = rows[j]!;
      let sum = 0;
      for (let k = 0; k < indices.length; k++) sum += coefficients[k]! * x[indices[k]!]!;
      const w = y[j]!;
      const bound = low === high || w > 0 ? low : w < 0 ? high : Math.min(high, Math.max(low, sum));
      residual[j] = sum - bound;
    }
  };
  // Signs a multiplier may have: any for equalities, by side for ranges.
  const allowed = (j: number, w: number): number => {
    const { lower: low, upper: high } = rows[j]!;
    if (low === high) return w;
    if (w > 0 && low === -Infinity) return 0;
    if (w < 0 && high === Infinity) return 0;
    return w;
  };
  const worst = (): number => {
    let most = 0;
    for (let j = 0; j < m; j++) most = Math.max(most, Math.abs(residual[j]!) / scales[j]!);
    return most;
  };

  const cold = new Float64Array(m);
  dual(cold);
  const coldWorst = worst();
  let y: Float64Array = duals.map((w, j) => allowed(j, w));
  dual(y);
  if (worst() > coldWorst) {
    y = cold;
    dual(y);
  }
  for (let iteration = 0; iteration < 100 && worst() > 1e-13; iteration++) {
    // A row whose cells are all at bounds has no slope for Newton to use: its multiplier is found by itself.
    const stuck = rows.findIndex(
      ({ indices }, j) =>
        Math.abs(residual[j]!) > 1e-14 * scales[j]! &&
        !Array.prototype.some.call(indices, (i: number) => free[i] === 1),
    );
    if (stuck >= 0 && iteration % 2 === 0) {
      y = sweep(set, metric, point, y, allowed, [stuck]);
      dual(y);
      continue;
    }
    const active = rows.flatMap((_, j) => (y[j] !== 0 || Math.abs(residual[j]!) > 1e-14 * scales[j]! ? [j] : []));
    const direction = newtonDirection(set, metric, free, residual, active);
    const from = y;
    const sides = residual.map((value) => -Math.sign(value));
    const move = (length: number): Float64Array => {
      const trial = from.slice();
      for (const [a, j] of active.entries()) {
        const next = from[j]! + length * direction[a]!;
        const side = from[j] !== 0 ? Math.sign(from[j]!) : sides[j]!;
        const stays = rows[j]!.lower === rows[j]!.upper || next * side > 0;
        trial[j] = stays ? allowed(j, next) : 0;
      }
      return trial;
    };
    // Slope of the dual along the path: it rises from below 0, and the best step is where it crosses 0.
    const slopeAt = (length: number): number => {
      y = move(length);
      dual(y);
      let slope = 0;
      for (const [a, j] of active.entries()) if (y[j] !== 0) slope += residual[j]! * direction[a]!;
      return slope;
    };
    let first = 0;
    for (const [a, j] of active.entries()) first += residual[j]! * direction[a]!;
    if (!(first < 0)) break;
    const before = worst();
    let length = 1;
    let slope = slopeAt(1);
    if (Math.abs(slope) > 0.1 * -first) {
      let short = 0;
      let long = Number.POSITIVE_INFINITY;
      for (let turn = 0; turn < 60 && Math.abs(slope) > 0.1 * -first; turn++) {
        if (slope < 0) short = length;
        else long = length;
        length = long === Number.POSITIVE_INFINITY ? 4 * length : (short + long) / 2;
        slope = slopeAt(length);
      }
    }
    const moved = y.some((w, j) => w !== from[j]);
    if (!moved || (worst() >= before && iteration > 50)) break;
  }
  dual(y);
  if (worst() > 1e-10) {
    const all = rows.map((_, j) => j);
    for (let round = 0; round < 20 && worst() > 1e-11; round++) {
      y = sweep(set, metric, point, y, allowed, all);
      dual(y);
    }
  }
  duals.set(y);
  // Sets without an inside, a corner for example, may need multipliers without bound.
  return worst() > 1e-10 ? nearestByLinearProgram(x, metric, set) : x;
}

// −(A_F H⁻¹ A_Fᵀ + ridge)⁻¹ · residual over the active rows.
function newtonDirection(
  { rows, lower }: Polytope,
  metric: Float64Array,
  free: Uint8Array,
  residual: Float64Array,
  active: readonly number[],
): Float64Array {
  const count = active.length;
  const dense = new Float64Array(lower.length);
  const matrix = new Float64Array(count * count);
  for (let a = 0; a < count; a++) {
    const { indices, coefficients } = rows[active[a]!]!;
    dense.fill(0);
    for (let k = 0; k < indices.length; k++) dense[indices[k]!]! += coefficients[k]!;
    for (let b = 0; b <= a; b++) {
      const other = rows[active[b]!]!;
      let sum = 0;
      for (let k = 0; k < other.indices.length; k++) {
        const i = other.indices[k]!;
        if (free[i] === 1) sum += (dense[i]! * other.coefficients[k]!) / metric[i]!;
      }
      matrix[a * count + b] = sum;
      matrix[b * count + a] = sum;
    }
  }
  let size = 0;
  for (let a = 0; a < count; a++) size = Math.max(size, matrix[a * count + a]!);
  const right = new Float64Array(count);
  for (let a = 0; a < count; a++) {
    matrix[a * count + a]! += 1e-13 * size + (matrix[a * count + a] === 0 ? size || 1 : 0);
    right[a] = -residual[active[a]!]!;
  }
  return solveDense(matrix, right);
}

// Exact minimisation over one multiplier at a time, by bisection of its piecewise linear residual.
function sweep(
  { rows, lower, upper }: Polytope,
  metric: Float64Array,
  point: Float64Array,
  duals: Float64Array,
  allowed: (row: number, value: number) => number,
  chosen: readonly number[],
): Float64Array {
  const y = duals.slice();
  const pulled = new Float64Array(point.length);
  const pull = (j: number, by: number): void => {
    const { indices, coefficients } = rows[j]!;
    for (let k = 0; k < indices.length; k++) pulled[indices[k]!]! += by * coefficients[k]!;
  };
  for (let j = 0; j < rows.length; j++) pull(j, y[j]!);
  for (const j of chosen) {
    const row = rows[j]!;
    pull(j, -y[j]!);
    const sumAt = (w: number): number => {
      let sum = 0;
      for (let k = 0; k < row.indices.length; k++) {
        const i = row.indices[k]!;
        const a = row.coefficients[k]!;
        const wish = point[i]! + (pulled[i]! + w * a) / metric[i]!;
        sum += a * Math.min(upper[i]!, Math.max(lower[i]!, wish));
      }
      return sum;
    };
    const zero = sumAt(0);
    const target = zero < row.lower ? row.lower : zero > row.upper ? row.upper : null;
    if (target === null) {
      y[j] = 0;
      continue;
    }
    const up = target > zero;
    const short = (w: number): boolean => (up ? sumAt(w) < target : sumAt(w) > target);
    let near = 0;
    let far = (up ? 1 : -1) * Math.max(Math.abs(duals[j]!), 1e-12);
    for (let grow = 0; grow < 200 && short(far); grow++) {
      near = far;
      far *= 4;
    }
    for (let halving = 0; halving < 60 && Math.abs(far - near) > 1e-14 * Math.abs(far); halving++) {
      const middle = (near + far) / 2;
      if (short(middle)) near = middle;
      else far = middle;
    }
    y[j] = allowed(j, far);
    pull(j, y[j]!);
  }
  return y;
}
