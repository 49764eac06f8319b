// A posterior draw that agrees with the evidence as it is, not as it is linearised at the mode. Without this, tight
// evidence on a bent quantity would be met at the mode and missed around it.
//
// The draw before the evidence, δ₀ around the mode of everything else, is moved along the gains V of the rows:
// δ = δ₀ + V a with a = z(mode + δ) + e, where z are the rows' standardised residuals and e their random errors. For
// linear rows that is Matheron's rule; for others it is solved by Newton steps with the matrix of the linear case.
//
// Bardsley, Solonen, Haario & Laine (2014), Randomize-then-optimize; here within the span of the gains.

import { solveFactored } from "../linear-algebra/cholesky.js";
import { type ArrowFactor, scaleNormals } from "./curvature.js";
import { evidencePoint, residuals } from "./evidence.js";
import type { LowRank } from "./low-rank.js";
import type { Problem } from "./objective.js";

interface Point {
  readonly shared: Float64Array;
  readonly own: Float64Array;
}

const steps = 6;
const tolerance = 1e-3;

/**
 * Turn standard normal numbers into a draw around the mode, in place: `shared` and `own` become parameters.
 *
 * @param errors standard normal numbers, one per evidence row
 */
export function drawAround(
  problem: Problem,
  mode: Point,
  factor: ArrowFactor,
  { shared, own }: Point,
  errors: Float64Array,
): void {
  const { evidence } = factor;
  if (evidence === null) {
    scaleNormals(factor, shared, own);
    addScaled(shared, mode.shared, 1);
    addScaled(own, mode.own, 1);
    return;
  }
  scaleNormals({ ...factor, evidence: null }, shared, own);
  addScaled(shared, mode.shared, 1);
  addScaled(own, mode.own, 1);
  const { design, layout } = problem;
  const at = (point: Point): Float64Array =>
    residuals(
      problem.evidence,
      evidencePoint(layout, design.lags, point.shared, point.own),
      evidencePoint(layout, design.lags, mode.shared, mode.own),
    );
  const start = { shared: shared.slice(), own: own.slice() };
  const atMode = at(mode);
  move(start, evidence, atMode, -1);

  // The rule for linear rows first, whatever it gives; then steps as long as they help.
  let a = gapAt(at, start, new Float64Array(errors.length), errors);
  solveFactored(evidence.factor, a.length, a);
  move(place(start, shared, own), evidence, a, 1);
  let gap = gapAt(at, { shared, own }, a, errors);
  for (let step = 0; step < steps && norm(gap) > tolerance; step++) {
    const size = norm(gap);
    solveFactored(evidence.factor, gap.length, gap);
    const best = betterStep(a, gap, size);
    if (best === null) break;
    ({ a, gap } = best);
  }
  move(place(start, shared, own), evidence, a, 1);

  function betterStep(
    from: Float64Array,
    step: Float64Array,
    size: number,
  ): { readonly a: Float64Array; readonly gap: Float64Array } | null {
    for (let part = 1; part > 0.1; part /= 2) {
      const next = Float64Array.from(from, (value, i) => value + part * step[i]!);
      const nextGap = gapAt(at, move(place(start, shared, own), evidence!, next, 1), next, errors);
      if (norm(nextGap) < size) return { a: next, gap: nextGap };
    }
    return null;
  }
}

// z + e − a: zero where the draw agrees with the evidence and its errors.
function gapAt(
  residualsAt: (point: Point) => Float64Array,
  point: Point,
  a: Float64Array,
  errors: Float64Array,
): Float64Array {
  return Float64Array.from(residualsAt(point), (z, i) => z + errors[i]! - a[i]!);
}

function place(from: Point, shared: Float64Array, own: Float64Array): Point {
  shared.set(from.shared);
  own.set(from.own);
  return { shared, own };
}

function move({ shared, own }: Point, { gains }: LowRank, a: Float64Array, sign: number): Point {
  gains.shared.forEach((gain, i) => {
    addScaled(shared, gain, sign * a[i]!);
    addScaled(own, gains.own[i]!, sign * a[i]!);
  });
  return { shared, own };
}

function addScaled(into: Float64Array, from: Float64Array, scale: number): void {
  for (let i = 0; i < into.length; i++) into[i]! += scale * from[i]!;
}

function norm(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum);
}
