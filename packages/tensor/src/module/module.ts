// A module is core's `Module` over tfjs tensors: `init` makes a plain tree of tensors, `apply` is a pure function of
// that tree and an input. Modules are composed by calling each other; there is nothing to inherit.

import type { Module } from "@mmm/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { ParameterTree } from "../tree/tree.js";

/**
 * One part of a model over tensors.
 *
 * @example
 * type LineParams = { readonly slope: Tensor; readonly intercept: Tensor };
 * const line: TensorModule<LineParams> = {
 *   name: "line",
 *   init: () => ({ slope: tf.scalar(1), intercept: tf.scalar(0) }),
 *   apply: (params, x) => tf.add(tf.mul(params.slope, x), params.intercept),
 * };
 */
export type TensorModule<
  Params extends ParameterTree = ParameterTree,
  Input = Tensor,
  Context = undefined,
  Output = Tensor,
> = Module<Tensor, Params, Input, Context, Output>;
