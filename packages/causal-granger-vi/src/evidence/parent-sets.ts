// The evidence of every possible parent set of one target, by walking the sets in Gray-code order: each step adds or
// removes one source by sweeping its block of the ridge-augmented Gram matrix in place. Exact for the Gaussian slab
// b ~ N(0, σ² τ² I) with σ² integrated out under its Jeffreys prior.

/** Everything later stages need to know about one target's parent sets. Slots number the candidate sources. */
export interface TargetEvidence {
  readonly slots: number;
  /** Bit j set: slot j is a parent. */
  readonly masks: Uint32Array;
  /** Log evidence of each set, relative to the empty set. */
  readonly log: Float64Array;
  /** `[sets, slots]`: least-squares estimate of the slot's leading effect over σ, given the rest of the set; 0 if absent. */
  readonly estimate: Float32Array;
  /** `[sets, slots]`: sampling variance of that estimate; 0 if absent or not estimable. */
  readonly variance: Float32Array;
}

/** Gram matrix of the candidate features and the target, nuisance terms already projected out. */
export interface ProjectedGram {
  readonly slots: number;
  /** Features per slot; slot j owns columns `j·width … (j+1)·width−1`; the target is the last column. */
  readonly width: number;
  /** Row-major, symmetric, `[slots·width + 1]²`. */
  readonly gram: Float64Array;
  /** Observations minus projected nuisance terms. */
  readonly freedom: number;
}

/** Evidence that says nothing: only the empty set is listed as equal to every other. */
export function noEvidence(slots: number): TargetEvidence {
  const sets = 2 ** slots;
  return {
    slots,
    masks: Uint32Array.from({ length: sets }, (_, mask) => mask),
    log: new Float64Array(sets),
    estimate: new Float32Array(sets * slots),
    variance: new Float32Array(sets * slots),
  };
}

/** Fewer free observations than this say nothing. */
const minimumFreedom = 6;

/** In-place symmetric sweep of pivot `k`; `direction` −1 undoes it. Returns the pivot. */
export function sweep(matrix: Float64Array, size: number, k: number, direction: 1 | -1): number {
  const row = k * size;
  const pivot = matrix[row + k]!;
  const inverse = 1 / pivot;
  for (let i = 0; i < size; i++) {
    if (i === k) continue;
    const factor = matrix[i * size + k]! * inverse;
    if (factor === 0) continue;
    const base = i * size;
    for (let j = 0; j < size; j++) matrix[base + j] = matrix[base + j]! - factor * matrix[row + j]!;
    matrix[base + k] = direction * factor;
  }
  for (let j = 0; j < size; j++) matrix[row + j] = direction * inverse * matrix[row + j]!;
  matrix[row + k] = -inverse;
  return pivot;
}

/** How far below the best set, in nats, a set is still kept, under a sparse and under a flat prior. */
const keepWithin = 8;
const sparseOdds = 4;

/** Visit every parent set once; `matrix` holds its swept system while `visit` runs. */
export function walkParentSets(
  projected: ProjectedGram,
  slabVariance: number,
  visit: (mask: number, logEvidence: number, matrix: Float64Array, noiseVariance: number) => void,
): void {
  const { slots, width, freedom } = projected;
  const size = slots * width + 1;
  const matrix = projected.gram.slice();
  for (let k = 0; k < size - 1; k++) matrix[k * size + k]! += 1 / slabVariance;
  const last = size * size - 1;
  const total = matrix[last]!;
  let logDeterminant = 0;
  let mask = 0;
  visit(0, 0, matrix, total / freedom);
  for (let step = 1; step < 2 ** slots; step++) {
    const slot = 31 - Math.clz32(step & -step);
    const adding = (mask & (1 << slot)) === 0;
    for (let w = 0; w < width; w++) {
      const k = slot * width + (adding ? w : width - 1 - w);
      const pivot = sweep(matrix, size, k, adding ? 1 : -1);
      logDeterminant += adding ? Math.log(pivot * slabVariance) : -Math.log((-1 / pivot) * slabVariance);
    }
    mask ^= 1 << slot;
    const residual = Math.max(matrix[last]!, 1e-12 * total);
    visit(mask, -0.5 * logDeterminant - 0.5 * freedom * Math.log(residual / total), matrix, residual / freedom);
  }
}

/** Evidence of all parent sets that matter. */
export function parentSetEvidence(projected: ProjectedGram, slabVariance: number): TargetEvidence {
  const { slots, width } = projected;
  const size = slots * width + 1;
  if (!(projected.gram[size * size - 1]! > 1e-9) || projected.freedom < minimumFreedom) return noEvidence(slots);
  const sets = 2 ** slots;
  const log = new Float64Array(sets);
  const estimate = new Float32Array(sets * slots);
  const variance = new Float32Array(sets * slots);
  walkParentSets(projected, slabVariance, (mask, logEvidence, matrix, noise) => {
    log[mask] = logEvidence;
    const sigma = Math.sqrt(noise);
    for (let slot = 0; slot < slots; slot++) {
      if ((mask & (1 << slot)) === 0) continue;
      const k = slot * width;
      const posteriorPrecision = -1 / matrix[k * size + k]!;
      const precision = posteriorPrecision - 1 / slabVariance;
      if (precision < 1e-6) continue;
      variance[mask * slots + slot] = 1 / precision;
      estimate[mask * slots + slot] = (matrix[k * size + size - 1]! / sigma) * (posteriorPrecision / precision);
    }
  });
  return prune({ slots, masks: Uint32Array.from(log, (_, mask) => mask), log, estimate, variance });
}

function prune(full: TargetEvidence): TargetEvidence {
  const { slots, log } = full;
  let flat = Number.NEGATIVE_INFINITY;
  let sparse = Number.NEGATIVE_INFINITY;
  const penalised = log.map((value, mask) => value - sparseOdds * bitCount(mask));
  for (let mask = 0; mask < log.length; mask++) {
    flat = Math.max(flat, log[mask]!);
    sparse = Math.max(sparse, penalised[mask]!);
  }
  const kept: number[] = [];
  for (let mask = 0; mask < log.length; mask++) {
    if (log[mask]! > flat - keepWithin || penalised[mask]! > sparse - keepWithin) kept.push(mask);
  }
  const pick = (values: Float32Array): Float32Array => {
    const out = new Float32Array(kept.length * slots);
    kept.forEach((mask, row) => {
      out.set(values.subarray(mask * slots, (mask + 1) * slots), row * slots);
    });
    return out;
  };
  return {
    slots,
    masks: Uint32Array.from(kept),
    log: Float64Array.from(kept, (mask) => log[mask]!),
    estimate: pick(full.estimate),
    variance: pick(full.variance),
  };
}

/** Number of set bits. */
export function bitCount(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
