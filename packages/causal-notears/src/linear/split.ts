import { type LinearLoss, type LinearProblem, lassoShape, type PenaltyShape } from "./problem.js";

// |w| is not smooth, so each free weight becomes w⁺ − w⁻ with both parts bounded below by 0; the penalty is then a
// smooth function of each part. Unpenalised weights keep one unbounded part.

export interface SplitObjective {
  readonly size: number;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** By target, [d, P]: the weights of the last evaluation or {@link read}. */
  readonly weights: Float64Array;
  evaluate(x: Float64Array, gradient: Float64Array): number;
  /** Set {@link weights} from the split variables. */
  read(x: Float64Array): void;
  /** Set the split variables from weights. */
  write(weights: Float64Array, x: Float64Array): void;
}

/** The smooth function of the split variables that equals `smooth` + penalty; `shape` may change between solves. */
export function splitObjective(
  problem: LinearProblem,
  smooth: LinearLoss,
  shape: PenaltyShape = lassoShape,
): SplitObjective {
  const { free, penalty, targets, predictors } = problem;
  const m = free.length;
  const weights = new Float64Array(targets * predictors);
  const weightGradient = new Float64Array(targets * predictors);
  const lower = new Float64Array(2 * m);
  const upper = new Float64Array(2 * m).fill(Number.POSITIVE_INFINITY);
  for (let k = 0; k < m; k++) {
    if (penalty[k] !== 0) continue;
    lower[k] = Number.NEGATIVE_INFINITY;
    upper[m + k] = 0;
  }
  const read = (x: Float64Array): void => {
    for (let k = 0; k < m; k++) weights[free[k]!] = x[k]! - x[m + k]!;
  };
  return {
    size: 2 * m,
    lower,
    upper,
    weights,
    read,
    write(from, x) {
      for (let k = 0; k < m; k++) {
        const value = from[free[k]!]!;
        x[k] = penalty[k] === 0 ? value : Math.max(value, 0);
        x[m + k] = penalty[k] === 0 ? 0 : Math.max(-value, 0);
      }
    },
    evaluate(x, gradient) {
      read(x);
      let value = smooth(weights, weightGradient);
      const { scale, concavity } = shape;
      for (let k = 0; k < m; k++) {
        const g = weightGradient[free[k]!]!;
        const lambda = scale * penalty[k]!;
        gradient[k] = g;
        gradient[m + k] = -g;
        if (lambda === 0) continue;
        const plus = x[k]!;
        const minus = x[m + k]!;
        if (plus < concavity) {
          value += lambda * (plus - (plus * plus) / (2 * concavity));
          gradient[k]! += lambda * (1 - plus / concavity);
        } else value += (lambda * concavity) / 2;
        if (minus < concavity) {
          value += lambda * (minus - (minus * minus) / (2 * concavity));
          gradient[m + k]! += lambda * (1 - minus / concavity);
        } else value += (lambda * concavity) / 2;
      }
      return value;
    },
  };
}
