// How the common shocks go on after training.

/** Degrees of freedom of steps and of passing shocks: how often one is far larger than usual. */
const freedom = 4;
/** Squared scale of a Student-t over its variance. */
const scaled = (freedom - 2) / freedom;
const rounds = 20;

/**
 * The lasting part of common shocks at their end: the last level of a random walk with Student-t steps, seen through
 * passing shocks that are Student-t as well. A single wild period near the end moves it little; a level that holds for
 * some periods is followed.
 *
 * @param shocks one per period; the walk starts at 0 in the first
 * @param step standard deviation of a step of the walk
 * @param noise standard deviation of a passing shock
 *
 * Source: expectation–maximisation for scale mixtures of normals around the Kalman smoother (Durbin & Koopman, Time
 * Series Analysis by State Space Methods, 2nd ed., §4.4).
 */
export function lastingShock(shocks: Float64Array, step: number, noise: number): number {
  const count = shocks.length;
  if (count === 0) return 0;
  const usualStep = scaled * step ** 2;
  const usualNoise = scaled * noise ** 2;
  const steps = new Float64Array(count).fill(usualStep);
  const noises = new Float64Array(count).fill(usualNoise);
  const level = new Float64Array(count);
  const filtered = new Float64Array(count);
  const heavier = (usual: number, square: number): number => (freedom * usual + square) / (freedom + 1);
  for (let round = 0; round < rounds; round++) {
    let p = 0;
    for (let t = 0; t < count; t++) {
      if (t > 0) p += steps[t]!;
      const gain = p / (p + noises[t]!);
      const before = t > 0 ? level[t - 1]! : 0;
      level[t] = before + gain * (shocks[t]! - before);
      p *= 1 - gain;
      filtered[t] = p;
    }
    const end = level[count - 1]!;
    let next = end;
    let variance = filtered[count - 1]!;
    for (let t = count - 1; t >= 0; t--) {
      noises[t] = heavier(usualNoise, (shocks[t]! - next) ** 2 + variance);
      if (t === 0) break;
      const follows = filtered[t - 1]! / (filtered[t - 1]! + steps[t]!);
      const smooth = level[t - 1]! + follows * (next - level[t - 1]!);
      const open = (1 - follows) ** 2 * variance + filtered[t - 1]! * (1 - follows);
      variance = follows ** 2 * variance + filtered[t - 1]! * (1 - follows);
      steps[t] = heavier(usualStep, (next - smooth) ** 2 + open);
      next = smooth;
    }
    if (round === rounds - 1) return end;
  }
  return 0;
}
