// A step length along a direction that satisfies the strong Wolfe conditions: enough decrease, and a flat enough slope
// for the curvature that L-BFGS remembers to be positive.
//
// Source: Nocedal & Wright (2006), algorithms 3.5 and 3.6, with cubic interpolation.

/** A point with its value and gradient. */
export interface EvaluatedPoint {
  readonly x: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
}

export interface LineSearchOptions extends EvaluatedPoint {
  readonly direction: Float64Array;
  /** Length to try first. */
  readonly first: number;
  readonly evaluate: (x: Float64Array) => Promise<{ readonly value: number; readonly gradient: Float64Array }>;
}

interface Trial extends EvaluatedPoint {
  readonly length: number;
  readonly slope: number;
}

const enoughDecrease = 1e-4;
const flatEnough = 0.9;
const mostTrials = 25;

/** The accepted point, or `undefined` when no length decreases the value. */
export async function lineSearch(options: LineSearchOptions): Promise<EvaluatedPoint | undefined> {
  const { x, value, gradient, direction, first, evaluate } = options;
  const slopeAt = (g: Float64Array): number => g.reduce((sum, gi, i) => sum + gi * direction[i]!, 0);
  const start: Trial = { x, value, gradient, length: 0, slope: slopeAt(gradient) };
  let trials = 0;
  const attempt = async (length: number): Promise<Trial> => {
    trials++;
    const at = x.map((xi, i) => xi + length * direction[i]!);
    const point = await evaluate(at);
    return { ...point, x: at, length, slope: slopeAt(point.gradient) };
  };
  const tooHigh = (trial: Trial): boolean => !(trial.value <= value + enoughDecrease * trial.length * start.slope);
  const accepted = (trial: Trial): boolean => Math.abs(trial.slope) <= -flatEnough * start.slope;

  let low = start;
  let high: Trial | undefined;
  let length = first;
  while (trials < mostTrials && !high) {
    const trial = await attempt(length);
    if (tooHigh(trial) || (trials > 1 && trial.value >= low.value)) high = trial;
    else if (accepted(trial)) return trial;
    else if (trial.slope >= 0) {
      high = low;
      low = trial;
    } else {
      low = trial;
      length *= 2;
    }
  }
  while (trials < mostTrials && high) {
    const trial = await attempt(between(low, high));
    if (tooHigh(trial) || trial.value >= low.value) high = trial;
    else {
      if (accepted(trial)) return trial;
      if (trial.slope * (high.length - low.length) >= 0) high = low;
      low = trial;
    }
    if (Math.abs(high.length - low.length) < 1e-16 + 1e-14 * low.length) break;
  }
  return low.length > 0 && low.value < value ? low : undefined;
}

/** Minimum of the cubic through both points, kept away from the ends. */
function between(a: Trial, b: Trial): number {
  const width = b.length - a.length;
  const safe = (length: number): number => {
    const share = (length - a.length) / width;
    return share > 0.1 && share < 0.9 ? length : a.length + 0.5 * width;
  };
  if (!Number.isFinite(b.value) || !Number.isFinite(b.slope)) return a.length + 0.5 * width;
  const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.length - b.length);
  const root = d1 * d1 - a.slope * b.slope;
  if (!(root >= 0)) return a.length + 0.5 * width;
  const d2 = Math.sign(width) * Math.sqrt(root);
  return safe(b.length - (width * (b.slope + d2 - d1)) / (b.slope - a.slope + 2 * d2));
}
