import { usageError } from "@mmm/core";
import { createCauchySearch } from "./cauchy-point.js";
import { createCorrectionMemory, dot } from "./correction-memory.js";
import { createLineSearch } from "./line-search.js";
import { createSubspaceStep } from "./subspace-step.js";

// L-BFGS-B: a quasi-Newton method for smooth functions of many variables with simple bounds, in float64. Each iteration
// finds the generalised Cauchy point, improves it over the free variables, and searches along the line to it. The
// workspace is made once per minimiser; nothing is allocated per iteration. For non-smooth terms such as |w|, split
// w = w⁺ − w⁻ with both parts bounded below by 0.

export interface MinimiseOptions {
  /** Stop when (fₖ − fₖ₊₁) / max(|fₖ|, |fₖ₊₁|, 1) falls below this. Default 2.2e-9. */
  readonly functionTolerance?: number;
  /** Stop when the largest entry of the projected gradient falls below this. Default 1e-5. */
  readonly gradientTolerance?: number;
  readonly maxIterations?: number;
  readonly maxEvaluations?: number;
}

export interface MinimiseResult {
  readonly value: number;
  /** max |x − clip(x − ∇f, lower, upper)|: zero at a Karush–Kuhn–Tucker point. */
  readonly projectedGradient: number;
  readonly iterations: number;
  readonly evaluations: number;
  /** Why it stopped. "line-search": no step reduced the value, usually the limit of rounding. */
  readonly status: "gradient" | "function" | "iterations" | "evaluations" | "line-search";
}

export interface BoundedMinimiser {
  /**
   * Minimise in place.
   *
   * @param evaluate value at x; writes the gradient. May return Infinity outside its domain, not at the start.
   * @param x start, projected into the box; holds the solution on return
   */
  minimise(
    evaluate: (x: Float64Array, gradient: Float64Array) => number,
    x: Float64Array,
    lower: Float64Array,
    upper: Float64Array,
    options?: MinimiseOptions,
  ): MinimiseResult;
  /** The same for functions that answer later, such as those of a tensor engine. One minimisation at a time. */
  minimiseAsync(
    evaluate: (x: Float64Array, gradient: Float64Array) => number | Promise<number>,
    x: Float64Array,
    lower: Float64Array,
    upper: Float64Array,
    options?: MinimiseOptions,
  ): Promise<MinimiseResult>;
}

/**
 * Make a minimiser for functions of `size` variables.
 *
 * @param size number of variables
 * @param memory correction pairs kept; 3 to 20 are usual, default 10
 * @throws MmmError `OUTSIDE_DOMAIN` when f is not finite at the start, `EMPTY_BOX` when a lower bound exceeds its upper
 * @example
 * const x = Float64Array.of(-1, 2);
 * createBoundedMinimiser(2).minimise((x, g) => { g[0] = 2 * x[0]!; g[1] = 2 * x[1]!; return x[0]! ** 2 + x[1]! ** 2; },
 *   x, Float64Array.of(1, -9), Float64Array.of(9, 9)); // x = [1, 0]
 * @see R. H. Byrd, P. Lu, J. Nocedal, C. Zhu, "A limited memory algorithm for bound constrained optimization", SIAM J.
 *   Sci. Comput. 16 (1995); J. L. Morales, J. Nocedal, remark on algorithm 778, ACM TOMS 38 (2011).
 */
export function createBoundedMinimiser(size: number, memory: number = 10): BoundedMinimiser {
  const corrections = createCorrectionMemory(size, memory);
  const cauchy = createCauchySearch(size, memory);
  const subspace = createSubspaceStep(size, memory);
  const search = createLineSearch();
  const gradient = new Float64Array(size);
  const previous = new Float64Array(size);
  const previousGradient = new Float64Array(size);
  const direction = new Float64Array(size);

  const projectedGradient = (x: Float64Array, lower: Float64Array, upper: Float64Array): number => {
    let largest = 0;
    for (let i = 0; i < size; i++) {
      const moved = Math.min(Math.max(x[i]! - gradient[i]!, lower[i]!), upper[i]!) - x[i]!;
      if (Math.abs(moved) > largest) largest = Math.abs(moved);
    }
    return largest;
  };

  // Loops are small functions of their own: the compiler makes those fast first, which is most of a cold run.
  const pointAtModel = (x: Float64Array): number => {
    let slope = 0;
    for (let i = 0; i < size; i++) {
      direction[i] = cauchy.point[i]! - x[i]!;
      slope += direction[i]! * gradient[i]!;
    }
    return slope;
  };
  /** Largest step along the direction inside the box. */
  const roomAhead = (x: Float64Array, lower: Float64Array, upper: Float64Array): number => {
    let largest = 1e10;
    for (let i = 0; i < size; i++) {
      const d = direction[i]!;
      if (d === 0) continue;
      const room = d > 0 ? (upper[i]! - x[i]!) / d : (lower[i]! - x[i]!) / d;
      if (room < largest) largest = room;
    }
    return largest;
  };
  const moveAlong = (step: number, x: Float64Array, lower: Float64Array, upper: Float64Array): void => {
    for (let i = 0; i < size; i++) {
      if (direction[i] === 0) continue;
      x[i] = Math.min(Math.max(previous[i]! + step * direction[i]!, lower[i]!), upper[i]!);
    }
  };
  /** Overwrites the previous point and gradient with the changes since. */
  const rememberChange = (x: Float64Array): void => {
    let stepChange = 0;
    let changeSquared = 0;
    for (let i = 0; i < size; i++) {
      const change = gradient[i]! - previousGradient[i]!;
      previousGradient[i] = change;
      previous[i] = x[i]! - previous[i]!;
      stepChange += change * previous[i]!;
      changeSquared += change * change;
    }
    if (stepChange > Number.EPSILON * changeSquared) corrections.push(previous, previousGradient);
  };

  // Stops wherever it needs the value and the gradient at x, so that the caller may wait for them.
  function* minimisation(
    x: Float64Array,
    lower: Float64Array,
    upper: Float64Array,
    options: MinimiseOptions = {},
  ): Generator<undefined, MinimiseResult, number> {
    const {
      functionTolerance = 2.2e-9,
      gradientTolerance = 1e-5,
      maxIterations = 15000,
      maxEvaluations = 15000,
    } = options;
    let bounded = false;
    for (let i = 0; i < size; i++) {
      if (lower[i]! > upper[i]!) {
        throw usageError(
          "EMPTY_BOX",
          `The lower bound ${lower[i]} of variable ${i} is above its upper bound ${upper[i]}.`,
          "Give bounds with lower ≤ upper.",
        );
      }
      x[i] = Math.min(Math.max(x[i]!, lower[i]!), upper[i]!);
      bounded ||= Number.isFinite(lower[i]!) || Number.isFinite(upper[i]!);
    }
    corrections.clear();
    let value: number = yield;
    let evaluations = 1;
    if (!Number.isFinite(value)) {
      throw usageError(
        "OUTSIDE_DOMAIN",
        `The function is ${value} at the start.`,
        "Start at a point where the function is finite.",
      );
    }
    let iterations = 0;
    const finish = (status: MinimiseResult["status"]): MinimiseResult => ({
      value,
      projectedGradient: projectedGradient(x, lower, upper),
      iterations,
      evaluations,
      status,
    });

    for (;;) {
      if (projectedGradient(x, lower, upper) <= gradientTolerance) return finish("gradient");
      if (iterations >= maxIterations) return finish("iterations");
      if (evaluations >= maxEvaluations) return finish("evaluations");

      const modelled =
        cauchy.find(x, gradient, lower, upper, corrections) &&
        subspace.improve(cauchy.point, cauchy.offset, x, gradient, lower, upper, corrections);
      const slope = modelled ? pointAtModel(x) : 0;
      if (!modelled || !(slope < 0)) {
        if (corrections.count === 0) return finish("line-search");
        corrections.clear();
        continue;
      }

      const largest = !bounded ? 1e10 : iterations === 0 ? 1 : Math.max(1, roomAhead(x, lower, upper));
      const first = corrections.count === 0 ? Math.min(1 / Math.sqrt(dot(direction, direction)), largest) : 1;
      previous.set(x);
      previousGradient.set(gradient);
      const startValue = value;
      search.start(value, slope, first, largest);
      let verdict: string = "continue";
      for (let tries = 0; tries < 20 && verdict === "continue"; tries++) {
        if (search.step === 1 && modelled) x.set(cauchy.point);
        else moveAlong(search.step, x, lower, upper);
        value = yield;
        evaluations++;
        verdict = search.report(value, dot(gradient, direction));
      }
      if (verdict !== "converged") {
        const worse = !(value < startValue);
        if (worse) {
          x.set(previous);
          gradient.set(previousGradient);
          value = startValue;
        }
        if (worse && corrections.count === 0) return finish("line-search");
        corrections.clear();
        iterations++;
        if (worse) continue;
        if (startValue - value <= functionTolerance * Math.max(Math.abs(startValue), Math.abs(value), 1)) {
          return finish("function");
        }
        continue;
      }
      iterations++;
      if (startValue - value <= functionTolerance * Math.max(Math.abs(startValue), Math.abs(value), 1)) {
        return finish("function");
      }
      rememberChange(x);
    }
  }
  return {
    minimise(evaluate, x, lower, upper, options) {
      const steps = minimisation(x, lower, upper, options);
      let next = steps.next(Number.NaN);
      while (!next.done) next = steps.next(evaluate(x, gradient));
      return next.value;
    },
    async minimiseAsync(evaluate, x, lower, upper, options) {
      const steps = minimisation(x, lower, upper, options);
      let next = steps.next(Number.NaN);
      while (!next.done) next = steps.next(await evaluate(x, gradient));
      return next.value;
    },
  };
}
