// Broadcasting for hand-written gradients.

import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { unbroadcast } from "../gradient/rule.js";

/** The shape that all shapes broadcast to. */
export function broadcastShape(...shapes: readonly (readonly number[])[]): number[] {
  return shapes.reduce<number[]>((all, shape) => tf.broadcast_util.assertAndGetBroadcastShape(all, [...shape]), []);
}

/** Sum a gradient back to the shape that was broadcast. */
export function sumTo(gradient: Tensor, shape: readonly number[]): Tensor {
  return unbroadcast(gradient, shape);
}
