// Optimisers are values with two verbs, composed by `chain`: each transforms gradients into updates that are then
// added to the parameters. Their state is a plain tree of tensors, so it can be traced, saved and restored.
//
// The design follows optax (Google DeepMind): small transformations, and named optimisers that are short chains.

import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { TensorTree } from "../engine/tensor-engine.js";
import { zipTrees } from "../tree/tree.js";

/** Updates and the next state. */
export interface Transformed<State> {
  readonly updates: TensorTree;
  readonly state: State;
}

/** A step of an optimiser, as a value. `params` are the current parameters (weight decay needs them). */
export interface GradientTransformation<State extends TensorTree = TensorTree> {
  init(params: TensorTree): State;
  update(updates: TensorTree, state: State, params: TensorTree): Transformed<State>;
}

/** A rate that changes with the number of steps taken, as a tensor function: it is traced, so it must not branch. */
export type Schedule = (step: Tensor) => Tensor;

/**
 * Apply transformations one after another.
 *
 * @example const optimiser = chain(clipByGlobalNorm(1), adam({ learningRate: 0.01 }));
 */
export function chain(...parts: readonly GradientTransformation[]): GradientTransformation {
  return {
    init: (params) => Object.fromEntries(parts.map((part, i) => [String(i), part.init(params)])),
    update(updates, state, params) {
      const next: Record<string, TensorTree> = {};
      for (const [i, part] of parts.entries()) {
        const result = part.update(updates, (state as Record<string, TensorTree>)[i]!, params);
        updates = result.updates;
        next[i] = result.state;
      }
      return { updates, state: next };
    },
  };
}

/** Add updates to parameters. */
export function applyUpdates<Params extends TensorTree>(params: Params, updates: TensorTree): Params {
  return zipTrees(params, updates, (p: Tensor, u: Tensor) => tf.add(p, u)) as unknown as Params;
}

/** A transformation without state. */
export function stateless(
  update: (updates: TensorTree, params: TensorTree) => TensorTree,
): GradientTransformation<Readonly<Record<string, never>>> {
  return { init: () => ({}), update: (updates, state, params) => ({ updates: update(updates, params), state }) };
}
