// Gradients of scalar functions of parameter trees.

import { MmmError } from "@mmm/core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { flattenTree, leavesOf, mapTree, type ParameterTree, unflattenTree, type WithLeaves } from "../tree/tree.js";
import { registerGradients } from "./register.js";

/** A value and its gradient by the first argument, a tree of the same structure. */
export interface ValueAndGradient<Params> {
  readonly value: Scalar;
  readonly gradient: WithLeaves<Params, Tensor>;
}

/**
 * Turn a scalar function into one that also returns its gradient by the first argument. Leaves that do not influence
 * the value get zeros. Pure: can be traced by any engine.
 *
 * @param fn function that returns a scalar tensor
 * @throws MmmError `NOT_SCALAR` when the result is not a scalar
 * @example valueAndGrad((p: { a: Tensor }) => tf.sum(tf.square(p.a)))({ a: tf.tensor1d([1, 2]) }).gradient.a // [2, 4]
 */
export function valueAndGrad<Params extends ParameterTree, Rest extends readonly unknown[]>(
  fn: (params: Params, ...rest: Rest) => Tensor,
): (params: Params, ...rest: Rest) => ValueAndGradient<Params> {
  const withAux = valueAndGradWithAux((params: Params, ...rest: Rest) => ({ value: fn(params, ...rest), aux: {} }));
  return (params, ...rest) => {
    const { value, gradient } = withAux(params, ...rest);
    return { value, gradient };
  };
}

/**
 * Like {@link valueAndGrad} for a function that also returns other tensors, for example metrics.
 *
 * @example valueAndGradWithAux((p, x) => ({ value: loss(p, x), aux: { prediction } }))
 */
export function valueAndGradWithAux<
  Params extends ParameterTree,
  Rest extends readonly unknown[],
  Aux extends ParameterTree | Readonly<Record<string, never>>,
>(
  fn: (params: Params, ...rest: Rest) => { readonly value: Tensor; readonly aux: Aux },
): (params: Params, ...rest: Rest) => ValueAndGradient<Params> & { readonly aux: Aux } {
  return (params, ...rest) => {
    registerGradients();
    const named = flattenTree(params);
    const leaves = [...named.values()];
    let kept: unknown = {};
    const objective = (): Scalar => {
      const result = fn(params, ...rest);
      if (result.value.rank !== 0) {
        throw new MmmError(`A gradient needs a scalar, got shape [${result.value.shape.join(", ")}].`, {
          code: "NOT_SCALAR",
          kind: "usage",
          fix: "Return tf.sum or tf.mean of the values.",
        });
      }
      // Kept, because tfjs disposes everything but the value at the end of the forward pass.
      kept = mapTree(result.aux, (leaf) => tf.keep(tf.clone(leaf)));
      return result.value as Scalar;
    };
    const { value, grads } = tf.engine().gradients(objective, leaves, undefined, true);
    const aux = mapTree(kept, (leaf: Tensor) => tf.clone(leaf));
    for (const leaf of leavesOf(kept)) leaf.dispose();
    const gradients = new Map([...named.keys()].map((name, i) => [name, grads[i] ?? tf.zerosLike(leaves[i]!)]));
    return {
      value: value as Scalar,
      gradient: unflattenTree(params, gradients),
      aux: aux as Aux,
    };
  };
}
