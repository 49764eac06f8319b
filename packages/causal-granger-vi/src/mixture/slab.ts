// How large a real effect is, learned from all shops: two normal lobes, one for each sign, in units of the target's noise.
// Each edge has its own chance of being positive, shrunk towards the common one.

export interface Slab {
  /** Centre of the positive lobe; the negative lobe mirrors it. */
  readonly mean: number;
  readonly variance: number;
  /** Chance that the effect of an edge is positive, `[from, to]` row-major. */
  readonly positive: Float64Array;
}

/**
 * Log of how much better the learned slab explains an estimated effect than the wide zero-mean slab the evidence was
 * computed with. Zero where the data say nothing (`variance` 0).
 */
export function slabGain(estimate: number, variance: number, base: number, slab: Slab, edge: number): number {
  if (variance === 0) return 0;
  const spread = slab.variance + variance;
  const wide = base + variance;
  const scale = 0.5 * Math.log(wide / spread) + (0.5 * estimate * estimate) / wide;
  const up = (estimate - slab.mean) ** 2 / spread;
  const down = (estimate + slab.mean) ** 2 / spread;
  const least = Math.min(up, down);
  const chance = slab.positive[edge]!;
  return (
    scale -
    0.5 * least +
    Math.log(chance * Math.exp(0.5 * (least - up)) + (1 - chance) * Math.exp(0.5 * (least - down)))
  );
}

/** Chance that the effect is positive, given its estimate. */
export function chancePositive(estimate: number, variance: number, slab: Slab, edge: number): number {
  const chance = slab.positive[edge]!;
  if (variance === 0) return chance;
  const logOdds = Math.log(chance / (1 - chance)) + (2 * slab.mean * estimate) / (slab.variance + variance);
  return 1 / (1 + Math.exp(-logOdds));
}

/** Running sums for the next slab. */
export interface SlabSums {
  weight: number;
  first: number;
  second: number;
  readonly positive: Float64Array;
  readonly negative: Float64Array;
}

export function emptySlabSums(edges: number): SlabSums {
  return { weight: 0, first: 0, second: 0, positive: new Float64Array(edges), negative: new Float64Array(edges) };
}

/** Add one effect that exists with probability `weight`. */
export function addEffect(
  sums: SlabSums,
  weight: number,
  estimate: number,
  variance: number,
  slab: Slab,
  edge: number,
): void {
  if (variance === 0 || weight < 1e-9) return;
  const up = chancePositive(estimate, variance, slab, edge);
  const posterior = 1 / (1 / slab.variance + 1 / variance);
  for (const [share, signed] of [
    [up, estimate],
    [1 - up, -estimate],
  ] as const) {
    const mean = posterior * (slab.mean / slab.variance + signed / variance);
    sums.weight += weight * share;
    sums.first += weight * share * mean;
    sums.second += weight * share * (mean * mean + posterior);
  }
  sums.positive[edge]! += weight * up;
  sums.negative[edge]! += weight * (1 - up);
}

/** The slab that best explains the sums; `strength` pseudo-effects pull each edge's sign towards the common one. */
export function updateSlab(sums: SlabSums, previous: Slab, base: number, strength = 2): Slab {
  if (sums.weight < 1) return previous;
  // One pseudo-effect at the width of the base slab keeps few shops from an overconfident slab.
  const weight = sums.weight + 1;
  const mean = (sums.first + previous.mean) / weight;
  const second = (sums.second + base) / weight;
  const variance = Math.max(second - mean * mean, 0.02 * base);
  let up = 1;
  let down = 1;
  for (let e = 0; e < sums.positive.length; e++) {
    up += sums.positive[e]!;
    down += sums.negative[e]!;
  }
  const common = up / (up + down);
  const positive = sums.positive.map((value, e) => {
    const chance = (value + strength * common) / (value + sums.negative[e]! + strength);
    return Math.min(0.995, Math.max(0.005, chance));
  });
  return { mean: Math.max(mean, 0), variance, positive };
}
