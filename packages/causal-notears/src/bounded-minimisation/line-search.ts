// The line search of Moré and Thuente: find a step that satisfies the strong Wolfe conditions
//   φ(a) ≤ φ(0) + f·a·φ'(0)   and   |φ'(a)| ≤ g·|φ'(0)|.
// It is written as a state that is told values and answers with the next step, so the caller owns the function. A
// trial whose value is not finite (outside the domain of a barrier) is answered by a shorter step.

/** Sufficient-decrease, curvature and interval tolerances (the values of L-BFGS-B 3.0). */
const wolfe = { decrease: 1e-3, curvature: 0.9, interval: 0.1 } as const;

type LineSearchVerdict = "continue" | "converged" | "stuck";

export interface LineSearch {
  /** Step to try next, or the accepted step once converged. */
  step: number;
  start(value: number, slope: number, firstStep: number, largestStep: number): void;
  /** Report φ(step) and φ'(step). */
  report(value: number, slope: number): LineSearchVerdict;
}

/**
 * Make a reusable line search.
 *
 * @see J. J. Moré, D. J. Thuente, "Line search algorithms with guaranteed sufficient decrease", ACM TOMS 20 (1994).
 */
export function createLineSearch(): LineSearch {
  let bracketed = false;
  let firstStage = true;
  let startValue = 0;
  let startSlope = 0;
  let width = 0;
  let previousWidth = 0;
  let lowest = 0;
  let highest = 0;
  let limit = 0;
  // The interval of uncertainty: `best` has the least value so far, `other` is its far end.
  let best = 0;
  let bestValue = 0;
  let bestSlope = 0;
  let other = 0;
  let otherValue = 0;
  let otherSlope = 0;

  const search: LineSearch = {
    step: 0,
    start(value, slope, firstStep, largestStep) {
      bracketed = false;
      firstStage = true;
      startValue = value;
      startSlope = slope;
      limit = largestStep;
      width = largestStep;
      previousWidth = 2 * largestStep;
      best = other = 0;
      bestValue = otherValue = value;
      bestSlope = otherSlope = slope;
      lowest = 0;
      search.step = Math.min(firstStep, largestStep);
      highest = search.step * 5;
    },
    report(value, slope) {
      const test = wolfe.decrease * startSlope;
      if (!Number.isFinite(value) || Number.isNaN(slope)) {
        limit = search.step;
        highest = search.step;
        search.step = best + 0.2 * (search.step - best);
        return Math.abs(search.step - best) > 1e-18 ? "continue" : "stuck";
      }
      const bound = startValue + search.step * test;
      if (firstStage && value <= bound && slope >= 0) firstStage = false;
      if (value <= bound && Math.abs(slope) <= -wolfe.curvature * startSlope) return "converged";
      if (bracketed && (search.step <= lowest || search.step >= highest)) return "stuck";
      if (bracketed && highest - lowest <= wolfe.interval * highest * 1e-9) return "stuck";
      if (search.step >= limit && value <= bound && slope <= test) return "converged";
      if (search.step === 0) return "stuck";

      // In the first stage the search works on φ(a) − f·a·φ'(0), which has a minimiser with sufficient decrease.
      const shift = firstStage && value <= bestValue && value > bound ? test : 0;
      update(value - search.step * shift, slope - shift, shift);
      if (bracketed) {
        if (Math.abs(other - best) >= 0.66 * previousWidth) search.step = best + 0.5 * (other - best);
        previousWidth = width;
        width = Math.abs(other - best);
        lowest = Math.min(best, other);
        highest = Math.max(best, other);
      } else {
        lowest = search.step + 1.1 * (search.step - best);
        highest = search.step + 4 * (search.step - best);
      }
      search.step = Math.min(Math.max(search.step, 0), limit);
      if (bracketed && (search.step <= lowest || search.step >= highest)) search.step = best;
      return "continue";
    },
  };

  // One safeguarded cubic or quadratic step (the `dcstep` rules of the paper, section 4).
  const update = (value: number, slope: number, shift: number): void => {
    const fBest = bestValue - best * shift;
    const gBest = bestSlope - shift;
    const fOther = otherValue - other * shift;
    const gOther = otherSlope - shift;
    const step = search.step;
    const opposite = slope * Math.sign(gBest);
    let trial: number;

    if (value > fBest) {
      const cubic = cubicMinimiser(best, fBest, gBest, step, value, slope);
      const quadratic = best + (gBest / ((fBest - value) / (step - best) + gBest) / 2) * (step - best);
      trial = Math.abs(cubic - best) < Math.abs(quadratic - best) ? cubic : cubic + (quadratic - cubic) / 2;
      bracketed = true;
    } else if (opposite < 0) {
      const cubic = cubicMinimiser(step, value, slope, best, fBest, gBest);
      const secant = step + (slope / (slope - gBest)) * (best - step);
      trial = Math.abs(cubic - step) > Math.abs(secant - step) ? cubic : secant;
      bracketed = true;
    } else if (Math.abs(slope) < Math.abs(gBest)) {
      const secant = step + (slope / (slope - gBest)) * (best - step);
      const cubic = cubicAhead(best, fBest, gBest, step, value, slope, step > best ? highest : lowest);
      if (bracketed) {
        trial = Math.abs(cubic - step) < Math.abs(secant - step) ? cubic : secant;
        const guard = step + 0.66 * (other - step);
        trial = step > best ? Math.min(guard, trial) : Math.max(guard, trial);
      } else {
        trial = Math.abs(cubic - step) > Math.abs(secant - step) ? cubic : secant;
        trial = Math.max(lowest, Math.min(highest, trial));
      }
    } else if (bracketed) {
      trial = cubicMinimiser(step, value, slope, other, fOther, gOther);
    } else {
      trial = step > best ? highest : lowest;
    }

    const rawValue = value + step * shift;
    const rawSlope = slope + shift;
    if (value > fBest) {
      other = step;
      otherValue = rawValue;
      otherSlope = rawSlope;
    } else {
      if (opposite < 0) {
        other = best;
        otherValue = bestValue;
        otherSlope = bestSlope;
      }
      best = step;
      bestValue = rawValue;
      bestSlope = rawSlope;
    }
    search.step = trial;
  };
  return search;
}

// Minimiser of the cubic with the given values and slopes at a and b, measured from a.
function cubicMinimiser(a: number, fa: number, ga: number, b: number, fb: number, gb: number): number {
  const theta = (3 * (fa - fb)) / (b - a) + ga + gb;
  const size = Math.max(Math.abs(theta), Math.abs(ga), Math.abs(gb));
  if (size === 0) return (a + b) / 2;
  let gamma = size * Math.sqrt(Math.max(0, (theta / size) ** 2 - (ga / size) * (gb / size)));
  if (b < a) gamma = -gamma;
  const ratio = (gamma - ga + theta) / (gamma - ga + gamma + gb);
  return a + ratio * (b - a);
}

// The same where the cubic may have no minimiser ahead of b; then the answer is `far`.
function cubicAhead(a: number, fa: number, ga: number, b: number, fb: number, gb: number, far: number): number {
  const theta = (3 * (fa - fb)) / (b - a) + ga + gb;
  const size = Math.max(Math.abs(theta), Math.abs(ga), Math.abs(gb));
  if (size === 0) return far;
  let gamma = size * Math.sqrt(Math.max(0, (theta / size) ** 2 - (ga / size) * (gb / size)));
  if (b > a) gamma = -gamma;
  const ratio = (gamma - gb + theta) / (gamma + (ga - gb) + gamma);
  return ratio < 0 && gamma !== 0 ? b + ratio * (a - b) : far;
}
