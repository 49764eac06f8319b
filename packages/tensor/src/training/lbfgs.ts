// L-BFGS for smooth full-batch problems: limited-memory quasi-Newton steps with a line search that satisfies the strong
// Wolfe conditions. The vectors are doubles whatever the engine; a float32 engine reaches about seven digits of the
// loss, so use a float64 engine where the optimum itself matters (intervals by curvature).

import { type RunHooks, yieldToEventLoop } from "@mmm/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { type NdArray, scalarOf, sizeOf } from "../array/nd-array.js";
import { compile } from "../engine/compile.js";
import type { Argument, TensorEngine, TensorTree } from "../engine/tensor-engine.js";
import { valueAndGrad } from "../gradient/value-and-grad.js";
import { flattenTree, leavesOf, unflattenTree } from "../tree/tree.js";
import type { ArrayTree } from "./checkpoint.js";
import { lineSearch } from "./line-search.js";
import { prepared } from "./train.js";

export interface LbfgsOptions<Params extends TensorTree, Data extends TensorTree> {
  readonly engine: TensorEngine;
  readonly objective: (params: Params, data: Data) => Tensor;
  readonly params: Argument<Params>;
  readonly data: Argument<Data>;
  /** Most iterations, default 500. */
  readonly iterations?: number;
  /** Pairs of steps and gradient changes remembered, default 20. */
  readonly memory?: number;
  /** Stop when the largest gradient element is below, default 1e-6 in float64 and 1e-4 in float32. */
  readonly gradientTolerance?: number;
  /** Stop when the relative decrease of the value is below, default 1e-12 in float64 and 1e-7 in float32. */
  readonly valueTolerance?: number;
  readonly hooks?: RunHooks;
}

export interface LbfgsResult {
  /** `converged`; `stalled`: no step along the gradient decreases the value further; `iterations`: the limit; `cancelled`. */
  readonly status: "converged" | "stalled" | "iterations" | "cancelled";
  readonly params: ArrayTree;
  readonly value: number;
  /** Largest absolute element of the gradient. */
  readonly gradientNorm: number;
  readonly iterations: number;
  readonly evaluations: number;
}

/**
 * Minimise a smooth function.
 *
 * @example const fit = await lbfgs({ engine, objective, params: start, data });
 *
 * Source: Nocedal & Wright (2006), "Numerical Optimization", algorithms 7.4 and 7.5.
 */
export async function lbfgs<Params extends TensorTree, Data extends TensorTree>(
  options: LbfgsOptions<Params, Data>,
): Promise<LbfgsResult> {
  const { engine, objective, iterations = 500, memory = 20, hooks } = options;
  const double = engine.capabilities.precision === "float64";
  const { gradientTolerance = double ? 1e-6 : 1e-4, valueTolerance = double ? 1e-12 : 1e-7 } = options;
  const start = prepared(options.params, engine) as ArrayTree;
  const data = prepared(options.data, engine) as never;
  const differentiated = valueAndGrad((p: never, d: Data) => objective(p, d));
  const compiled = await compile(
    (p: TensorTree, d: TensorTree) => {
      const { value, gradient } = differentiated(p as never, d as Data);
      return { value: value as Tensor, gradient: gradient as TensorTree };
    },
    [start as never, data],
    { engine },
  );
  let evaluations = 0;
  const evaluate = async (x: Float64Array): Promise<{ value: number; gradient: Float64Array }> => {
    evaluations++;
    const out = await compiled(toTree(start, x) as never, data);
    const value = scalarOf(out.value as NdArray);
    return { value: Number.isNaN(value) ? Number.POSITIVE_INFINITY : value, gradient: toVector(out.gradient) };
  };

  try {
    let x = toVector(start);
    let { value, gradient } = await evaluate(x);
    const pairs: Pair[] = [];
    let status: LbfgsResult["status"] = "iterations";
    let iteration = 0;
    let lastYield = Date.now();
    for (; iteration < iterations; iteration++) {
      if (largest(gradient) <= gradientTolerance) {
        status = "converged";
        break;
      }
      if (hooks?.signal?.aborted) {
        status = "cancelled";
        break;
      }
      let direction = descent(gradient, pairs);
      if (!(dot(direction, gradient) < 0)) {
        pairs.length = 0;
        direction = gradient.map((g) => -g);
      }
      const first = pairs.length === 0 ? Math.min(1, 1 / norm(gradient)) : 1;
      const found = await lineSearch({ x, value, gradient, direction, first, evaluate });
      if (!found) {
        if (pairs.length === 0) {
          status = "stalled";
          break;
        }
        // A poor memory can spoil the direction: forget it and try the gradient once.
        pairs.length = 0;
        continue;
      }
      const step = found.x.map((xi, i) => xi - x[i]!);
      const change = found.gradient.map((g, i) => g - gradient[i]!);
      const curvature = dot(step, change);
      if (curvature > 1e-10 * norm(step) * norm(change)) {
        pairs.push({ step, change, inverse: 1 / curvature });
        if (pairs.length > memory) pairs.shift();
      }
      const decrease = value - found.value;
      ({ x, value, gradient } = found);
      if (decrease <= valueTolerance * Math.max(1, Math.abs(value))) {
        status = "converged";
        iteration++;
        break;
      }
      if (Date.now() - lastYield > 100) {
        hooks?.onProgress?.({ phase: "fitting", step: iteration, total: iterations, metrics: { value } });
        await yieldToEventLoop();
        lastYield = Date.now();
      }
    }
    return {
      status,
      params: toTree(start, x),
      value,
      gradientNorm: largest(gradient),
      iterations: iteration,
      evaluations,
    };
  } finally {
    await compiled.dispose();
  }
}

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly inverse: number;
}

/** The two-loop recursion: minus the approximate inverse Hessian times the gradient. */
function descent(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const q = gradient.slice();
  const weights: number[] = [];
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { step, change, inverse } = pairs[i]!;
    weights[i] = inverse * dot(step, q);
    for (let j = 0; j < q.length; j++) q[j]! -= weights[i]! * change[j]!;
  }
  const last = pairs[pairs.length - 1];
  const scale = last ? 1 / (last.inverse * dot(last.change, last.change)) : 1;
  for (let j = 0; j < q.length; j++) q[j]! *= scale;
  for (const [i, { step, change, inverse }] of pairs.entries()) {
    const weight = weights[i]! - inverse * dot(change, q);
    for (let j = 0; j < q.length; j++) q[j]! += weight * step[j]!;
  }
  return q.map((value) => -value);
}

function toVector(tree: unknown): Float64Array {
  const leaves = leavesOf<NdArray>(tree);
  const vector = new Float64Array(leaves.reduce((length, { data }) => length + data.length, 0));
  let offset = 0;
  for (const { data } of leaves) {
    vector.set(data as Float64Array, offset);
    offset += data.length;
  }
  return vector;
}

function toTree(like: ArrayTree, vector: Float64Array): ArrayTree {
  const named = new Map<string, NdArray>();
  let offset = 0;
  for (const [name, { shape }] of flattenTree<NdArray>(like)) {
    const size = sizeOf(shape);
    named.set(name, { data: vector.slice(offset, offset + size), shape });
    offset += size;
  }
  return unflattenTree(like, named) as ArrayTree;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

const norm = (a: Float64Array): number => Math.sqrt(dot(a, a));
const largest = (a: Float64Array): number => a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
