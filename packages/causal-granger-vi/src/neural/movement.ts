// How one shop moves from step to step under a trained network, in plain numbers; the decoder's arithmetic.

import type { ShopBelief } from "./belief.js";
import type { PreparedShop } from "./shop-tensors.js";

export interface MovementOptions {
  readonly decays: readonly number[];
  readonly target: number;
  readonly saturation: boolean;
}

/** Where a shop stands: residuals `[V]` and carried-over activity `[V, D]` of the last step. */
export interface Standing {
  readonly residual: Float64Array;
  readonly carried: Float64Array;
}

/**
 * Residuals expected at the next step.
 *
 * @param weights `[V, V]` cause first: effects of the edges that are there
 */
export function expectedNext(
  { residual, carried }: { readonly residual: ArrayLike<number>; readonly carried: ArrayLike<number> },
  belief: ShopBelief,
  weights: ArrayLike<number>,
  { decays, target, saturation }: MovementOptions,
): Float64Array {
  const nodes = belief.persistence.length;
  const memories = decays.length;
  const next = belief.persistence.map((share, node) => share * residual[node]!);
  const responses = new Float64Array(memories);
  for (let from = 0; from < nodes; from++) {
    for (let group = 0; group < 2; group++) {
      const curve = group * nodes + from;
      const [slope, half] = [belief.slope[curve]!, belief.half[curve]!];
      for (let d = 0; d < memories; d++) {
        const at = curve * memories + d;
        const activity = carried[from * memories + d]!;
        const bent = saturation ? signedHill(activity, slope, half) : activity;
        responses[d] = (bent - belief.centre[at]!) / belief.scale[at]!;
      }
      for (let to = group === 1 ? target : 0; to < (group === 1 ? target + 1 : nodes); to++) {
        const e = from * nodes + to;
        if (weights[e] === 0 || (to === target) !== (group === 1)) continue;
        for (let d = 0; d < memories; d++)
          next[to]! += weights[e]! * belief.memories[e * memories + d]! * responses[d]!;
      }
    }
  }
  return next;
}

/** What the network leaves unexplained in the shop's own history, averaged over graphs; one row `[V]` per counted step. */
export function shocksOf(prepared: PreparedShop, belief: ShopBelief, options: MovementOptions): Float64Array[] {
  const { steps, counted, residual, carried } = prepared;
  const nodes = belief.persistence.length;
  const width = nodes * options.decays.length;
  const weights = belief.edges.map((p, e) => p * belief.effect[e]!);
  const shocks: Float64Array[] = [];
  for (let t = 1; t < steps; t++) {
    if (counted[t] !== 1) continue;
    const before = {
      residual: residual.subarray((t - 1) * nodes, t * nodes),
      carried: carried.subarray((t - 1) * width, t * width),
    };
    const predicted = expectedNext(before, belief, weights, options);
    shocks.push(predicted.map((value, node) => residual[t * nodes + node]! - value));
  }
  return shocks;
}

/** Where the shop stands at a step of its history. */
export function standingAt({ residual, carried }: PreparedShop, step: number, nodes: number): Standing {
  const width = carried.length / (residual.length / nodes);
  return {
    residual: Float64Array.from(residual.subarray(step * nodes, (step + 1) * nodes)),
    carried: Float64Array.from(carried.subarray(step * width, (step + 1) * width)),
  };
}

/**
 * Take a step: residuals become activity, which does not fall below zero where it never did, and is carried over.
 *
 * @param levels `[V]` activity that season and trend explain at the step
 */
export function stepTo(
  { carried }: Standing,
  residual: Float64Array,
  levels: ArrayLike<number>,
  { scale, nonNegative }: PreparedShop,
  decays: readonly number[],
): Standing & { readonly activity: Float64Array } {
  const activity = residual.map((value, node) => {
    const raw = levels[node]! + scale[node]! * value;
    return nonNegative[node] === 1 ? Math.max(0, raw) : raw;
  });
  return {
    activity,
    residual: activity.map((value, node) =>
      scale[node]! > 0 ? (value - levels[node]!) / scale[node]! : residual[node]!,
    ),
    carried: carried.map((value, at) => {
      const decay = decays[at % decays.length]!;
      return decay * value + (1 - decay) * activity[Math.floor(at / decays.length)]!;
    }),
  };
}

function signedHill(activity: number, slope: number, half: number): number {
  const size = Math.abs(activity);
  return size === 0 ? 0 : Math.sign(activity) / (1 + (half / size) ** slope);
}
