// Small dense linear programs: maximise c·x over a polytope. Bounded-variable primal simplex with a dense tableau; made
// for a few dozen rows and up to some thousand cells, where it proves feasibility, gives shadow prices and bounds what
// a better plan could still bring. For large sparse programs use a real LP library.

import { type Polytope, rowScale } from "./rows.js";

export interface LinearSolution {
  readonly status: "optimal" | "infeasible" | "stopped";
  readonly x: Float64Array;
  readonly value: number;
  /** Change of the optimum per unit of each row's active bound; 0 for rows that do not bind. */
  readonly rowPrices: Float64Array;
  /** Change of the optimum per unit of each cell's active bound. */
  readonly cellPrices: Float64Array;
}

const feasibilityTolerance = 1e-9;

/**
 * Maximise `Σ cost_i · x_i` over a polytope.
 *
 * Source: Chvátal (1983), Linear Programming, ch. 8 (bounded variables); phase one minimises the sum of violations.
 */
export function maximiseLinear(cost: ArrayLike<number>, set: Polytope): LinearSolution {
  const n = set.lower.length;
  const m = set.rows.length;
  const columns = n + m;
  // Columns and rows are scaled so that 1 is a typical size; slack j is the value of row j.
  const columnScale = new Float64Array(n);
  for (let i = 0; i < n; i++) columnScale[i] = Math.max(Math.abs(set.lower[i]!), Math.abs(set.upper[i]!)) || 1;
  const scales = set.rows.map((row) => rowScale(set, row));
  const low = new Float64Array(columns);
  const high = new Float64Array(columns);
  const tableau = set.rows.map((row, j) => {
    const line = new Float64Array(columns);
    for (let k = 0; k < row.indices.length; k++) {
      const i = row.indices[k]!;
      line[i]! -= (row.coefficients[k]! * columnScale[i]!) / scales[j]!;
    }
    line[n + j] = 1;
    low[n + j] = row.lower / scales[j]!;
    high[n + j] = row.upper / scales[j]!;
    return line;
  });
  const scaledCost = new Float64Array(columns);
  let costSize = 0;
  for (let i = 0; i < n; i++) {
    low[i] = set.lower[i]! / columnScale[i]!;
    high[i] = set.upper[i]! / columnScale[i]!;
    scaledCost[i] = cost[i]! * columnScale[i]!;
    costSize = Math.max(costSize, Math.abs(scaledCost[i]!));
  }
  if (costSize > 0) for (let i = 0; i < n; i++) scaledCost[i]! /= costSize;

  const basis = Int32Array.from({ length: m }, (_, j) => n + j);
  const inBasis = new Uint8Array(columns);
  for (let j = 0; j < m; j++) inBasis[n + j] = 1;
  const value = new Float64Array(columns);
  for (let i = 0; i < n; i++) value[i] = low[i]!;
  const refresh = (): void => {
    for (let j = 0; j < m; j++) {
      let sum = 0;
      const line = tableau[j]!;
      for (let k = 0; k < columns; k++) if (inBasis[k] === 0) sum -= line[k]! * value[k]!;
      value[basis[j]!] = sum;
    }
  };
  refresh();

  const reduced = new Float64Array(columns);
  const price = (weights: (column: number) => number): void => {
    for (let k = 0; k < columns; k++) reduced[k] = inBasis[k] === 1 ? 0 : weights(k);
    for (let j = 0; j < m; j++) {
      const w = weights(basis[j]!);
      if (w === 0) continue;
      const line = tableau[j]!;
      for (let k = 0; k < columns; k++) if (inBasis[k] === 0) reduced[k]! -= w * line[k]!;
    }
  };
  const violationOf = (k: number): number =>
    value[k]! < low[k]! - feasibilityTolerance ? -1 : value[k]! > high[k]! + feasibilityTolerance ? 1 : 0;

  // One step of the simplex method; false when no column improves.
  const step = (phaseOne: boolean, leastIndex: boolean): boolean => {
    let entering = -1;
    let best = 1e-10;
    for (let k = 0; k < columns; k++) {
      if (inBasis[k] === 1 || high[k]! <= low[k]!) continue;
      const atLow = value[k]! <= low[k]!;
      const gain = atLow ? reduced[k]! : -reduced[k]!;
      if (gain <= best) continue;
      entering = k;
      if (leastIndex) break;
      best = gain;
    }
    if (entering < 0) return false;
    const sign = value[entering]! <= low[entering]! ? 1 : -1;
    let length = high[entering]! - low[entering]!;
    let leaving = -1;
    let target = 0;
    let pivot = 0;
    for (let j = 0; j < m; j++) {
      const rate = -tableau[j]![entering]! * sign;
      if (Math.abs(rate) < 1e-11) continue;
      const k = basis[j]!;
      const broken = phaseOne ? violationOf(k) : 0;
      // A broken basic variable stops at the bound it is coming from; a sound one at the bound it runs into.
      const stop =
        rate > 0
          ? broken < 0
            ? low[k]!
            : broken > 0
              ? Infinity
              : high[k]!
          : broken > 0
            ? high[k]!
            : broken < 0
              ? -Infinity
              : low[k]!;
      if (!Number.isFinite(stop)) continue;
      const reach = Math.max(0, (stop - value[k]!) / rate);
      if (reach < length - 1e-13 || (reach <= length + 1e-13 && leaving >= 0 && Math.abs(rate) > Math.abs(pivot))) {
        length = reach;
        leaving = j;
        target = stop;
        pivot = rate;
      }
    }
    for (let j = 0; j < m; j++) value[basis[j]!]! -= tableau[j]![entering]! * sign * length;
    value[entering]! += sign * length;
    if (leaving < 0) {
      value[entering] = sign > 0 ? high[entering]! : low[entering]!;
      return true;
    }
    const out = basis[leaving]!;
    value[out] = target;
    const line = tableau[leaving]!;
    const divisor = line[entering]!;
    for (let k = 0; k < columns; k++) line[k]! /= divisor;
    for (let j = 0; j < m; j++) {
      const factor = tableau[j]![entering]!;
      if (j === leaving || factor === 0) continue;
      const other = tableau[j]!;
      for (let k = 0; k < columns; k++) other[k]! -= factor * line[k]!;
    }
    basis[leaving] = entering;
    inBasis[entering] = 1;
    inBasis[out] = 0;
    return true;
  };

  const limit = 50 * (columns + 10);
  let steps = 0;
  const run = (phaseOne: boolean): boolean => {
    for (; steps < limit; steps++) {
      if (steps % 64 === 63) refresh();
      if (phaseOne) {
        let broken = false;
        for (let j = 0; j < m; j++) broken ||= violationOf(basis[j]!) !== 0;
        if (!broken) return true;
        price((k) => (inBasis[k] === 1 ? -violationOf(k) : 0));
      } else price((k) => scaledCost[k]!);
      if (!step(phaseOne, steps > limit / 2)) return true;
    }
    return false;
  };
  let finished = run(true);
  refresh();
  let feasible = true;
  for (let j = 0; j < m; j++) feasible &&= violationOf(basis[j]!) === 0;
  if (feasible) {
    finished = run(false);
    refresh();
  }
  price((k) => scaledCost[k]!);
  const x = new Float64Array(n);
  let total = 0;
  for (let i = 0; i < n; i++) {
    x[i] = Math.min(set.upper[i]!, Math.max(set.lower[i]!, value[i]! * columnScale[i]!));
    total += cost[i]! * x[i]!;
  }
  return {
    status: !feasible ? "infeasible" : finished ? "optimal" : "stopped",
    x,
    value: total,
    rowPrices: Float64Array.from(scales, (scale, j) => (reduced[n + j]! * costSize) / scale),
    cellPrices: Float64Array.from(columnScale, (scale, i) => (reduced[i]! * costSize) / scale),
  };
}

/** A plan inside the polytope, or null when there is none. */
export function feasiblePoint(set: Polytope): Float64Array | null {
  for (let i = 0; i < set.lower.length; i++) if (set.lower[i]! > set.upper[i]!) return null;
  const { status, x } = maximiseLinear(new Float64Array(set.lower.length), set);
  return status === "infeasible" ? null : x;
}
