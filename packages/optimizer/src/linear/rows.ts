// Linear conditions on a plan: lower ≤ Σ coefficient · spend ≤ upper, beside a lower and upper bound of each cell.

export interface LinearRow {
  /** What the condition means, in words: "digital at least 50,000". */
  readonly name: string;
  readonly indices: ArrayLike<number>;
  readonly coefficients: ArrayLike<number>;
  /** −Infinity and Infinity where there is none. */
  readonly lower: number;
  readonly upper: number;
}

/** The set of plans that a solver may choose from. Bounds are finite. */
export interface Polytope {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly rows: readonly LinearRow[];
}

export function rowValue(row: LinearRow, x: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < row.indices.length; k++) sum += row.coefficients[k]! * x[row.indices[k]!]!;
  return sum;
}

/** Size of the numbers that a row adds up, to judge a violation by. */
export function rowScale({ lower, upper }: Polytope, row: LinearRow): number {
  let scale = 0;
  for (let k = 0; k < row.indices.length; k++) {
    const i = row.indices[k]!;
    scale = Math.max(scale, Math.abs(row.coefficients[k]!) * Math.max(Math.abs(lower[i]!), Math.abs(upper[i]!)));
  }
  for (const bound of [row.lower, row.upper]) if (Number.isFinite(bound)) scale = Math.max(scale, Math.abs(bound));
  return scale || 1;
}

/**
 * Largest violation of any bound or row, relative to the size of that bound (of the row's numbers, where its bound is
 * 0); 0 when all hold.
 */
export function violation(set: Polytope, x: Float64Array): number {
  let worst = 0;
  for (let i = 0; i < x.length; i++) {
    const over = Math.max(set.lower[i]! - x[i]!, x[i]! - set.upper[i]!);
    if (over > 0) worst = Math.max(worst, over / (Math.max(Math.abs(set.lower[i]!), Math.abs(set.upper[i]!)) || 1));
  }
  for (const row of set.rows) {
    const value = rowValue(row, x);
    const under = row.lower - value;
    const over = value - row.upper;
    if (under > 0) worst = Math.max(worst, under / (Math.abs(row.lower) || rowScale(set, row)));
    if (over > 0) worst = Math.max(worst, over / (Math.abs(row.upper) || rowScale(set, row)));
  }
  return worst;
}
