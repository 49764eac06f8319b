// The nearest plan that meets all linear conditions. Works on the dual problem, which has one unknown per row: Newton
// steps with a line search on a piecewise quadratic, row by row where Newton stalls.

import { type Polytope, rowScale } from "./rows.js";

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

  // Dual value (to be minimised) at y; fills x, free and the residual of each row against the bound that y pulls to.
  const dual = (y: Float64Array): number => {
    pulled.fill(0);
    for (let j = 0; j < m; j++) {
      const w = y[j]!;
      if (w === 0) continue;
      const { indices, coefficients } = rows[j]!;
      for (let k = 0; k < indices.length; k++) pulled[indices[k]!]! += w * coefficients[k]!;
    }
    let value = 0;
    for (let i = 0; i < n; i++) {
      const wish = point[i]! + pulled[i]! / metric[i]!;
      const at = Math.min(upper[i]!, Math.max(lower[i]!, wish));
      x[i] = at;
      free[i] = wish > lower[i]! && wish < upper[i]! ? 1 : 0;
      value += pulled[i]! * at - 0.5 * metric[i]! * (at - point[i]!) ** 2;
    }
    for (let j = 0; j < m; j++) {
      const { indices, coefficients, lower: low, upper: high } = rows[j]!;
      let sum = 0;
      for (let k = 0; k < indices.length; k++) sum += coefficients[k]! * x[indices[k]!]!;
      const w = y[j]!;
      const bound = low === high || w > 0 ? low : w < 0 ? high : Math.min(high, Math.max(low, sum));
      residual[j] = sum - bound;
      if (w !== 0) value -= w * bound;
    }
    return value;
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

  let y: Float64Array = duals.map((w, j) => allowed(j, w));
  let value = dual(y);
  for (let iteration = 0; iteration < 60 && worst() > 1e-13; iteration++) {
    const active = rows.flatMap((_, j) => (y[j] !== 0 || Math.abs(residual[j]!) > 1e-14 * scales[j]! ? [j] : []));
    const direction = newtonDirection(set, metric, free, residual, active);
    let length = 1;
    let moved = false;
    for (let halving = 0; halving < 40; halving++, length /= 2) {
      const trial = y.slice();
      for (const [a, j] of active.entries()) {
        const next = y[j]! + length * direction[a]!;
        const crosses = rows[j]!.lower !== rows[j]!.upper && y[j]! * next < 0;
        trial[j] = allowed(j, crosses ? 0 : next);
      }
      let slope = 0;
      for (const j of active) slope += residual[j]! * (trial[j]! - y[j]!);
      const before = residual.slice();
      const next = dual(trial);
      // Close to the solution the dual value no longer tells steps apart, the residual does.
      const closer = worst() < 0.9 * maxOf(before, scales);
      if (slope < 0 && (closer || next <= value + 1e-4 * slope)) {
        moved = closer || next < value;
        y = trial;
        value = next;
        break;
      }
      residual.set(before);
    }
    if (!moved) break;
  }
  dual(y);
  if (worst() > 1e-10) {
    y = sweep(set, metric, point, y, allowed, () => {
      dual(y);
      return worst();
    });
    dual(y);
  }
  duals.set(y);
  return x;
}

function maxOf(residual: Float64Array, scales: readonly number[]): number {
  let most = 0;
  for (let j = 0; j < residual.length; j++) most = Math.max(most, Math.abs(residual[j]!) / scales[j]!);
  return most;
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

// Gaussian elimination with partial pivoting; singular directions get 0.
function solveDense(matrix: Float64Array, right: Float64Array): Float64Array {
  const n = right.length;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let r = k + 1; r < n; r++) if (Math.abs(matrix[r * n + k]!) > Math.abs(matrix[pivot * n + k]!)) pivot = r;
    if (pivot !== k) {
      for (let c = 0; c < n; c++) {
        const swap = matrix[k * n + c]!;
        matrix[k * n + c] = matrix[pivot * n + c]!;
        matrix[pivot * n + c] = swap;
      }
      const swap = right[k]!;
      right[k] = right[pivot]!;
      right[pivot] = swap;
    }
    const diagonal = matrix[k * n + k]!;
    if (diagonal === 0) continue;
    for (let r = k + 1; r < n; r++) {
      const factor = matrix[r * n + k]! / diagonal;
      if (factor === 0) continue;
      for (let c = k; c < n; c++) matrix[r * n + c]! -= factor * matrix[k * n + c]!;
      right[r]! -= factor * right[k]!;
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    let sum = right[k]!;
    for (let c = k + 1; c < n; c++) sum -= matrix[k * n + c]! * right[c]!;
    right[k] = matrix[k * n + k] === 0 ? 0 : sum / matrix[k * n + k]!;
  }
  return right;
}

// Exact minimisation over one multiplier at a time, by bisection of its piecewise linear residual.
function sweep(
  { rows, lower, upper }: Polytope,
  metric: Float64Array,
  point: Float64Array,
  y: Float64Array,
  allowed: (row: number, value: number) => number,
  worst: () => number,
): Float64Array {
  const pulled = new Float64Array(point.length);
  const pull = (j: number, by: number): void => {
    const { indices, coefficients } = rows[j]!;
    for (let k = 0; k < indices.length; k++) pulled[indices[k]!]! += by * coefficients[k]!;
  };
  for (let j = 0; j < rows.length; j++) pull(j, y[j]!);
  for (let round = 0; round < 200; round++) {
    for (let j = 0; j < rows.length; j++) {
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
      let near = 0;
      let far = target > zero ? 1 : -1;
      for (let grow = 0; grow < 200 && (target > zero ? sumAt(far) < target : sumAt(far) > target); grow++) far *= 4;
      for (let halving = 0; halving < 200; halving++) {
        const middle = (near + far) / 2;
        if (middle === near || middle === far) break;
        if (target > zero === sumAt(middle) < target) near = middle;
        else far = middle;
      }
      y[j] = allowed(j, far);
      pull(j, y[j]!);
    }
    if (worst() < 1e-11) break;
  }
  return y;
}
