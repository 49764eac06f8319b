// tfjs-core registers no gradients in Node, and some of its own use kernels that the wasm backend lacks. So this
// package brings its rules and registers them explicitly. They use only kernels that every backend has, and none but
// pure operations, so that they can also be traced.

import * as tf from "@tensorflow/tfjs-core";
import { arrangementGradients } from "./arrangement.js";
import { elementwiseGradients } from "./elementwise.js";
import { reductionGradients } from "./reduction.js";

let registered = false;

/**
 * Register this package's gradient rules with tfjs-core, replacing rules of the same kernels. Safe to call again;
 * engines and `setupBackend` call it for you.
 */
export function registerGradients(): void {
  if (registered) return;
  registered = true;
  for (const rule of [...elementwiseGradients, ...reductionGradients, ...arrangementGradients]) {
    tf.registerGradient(rule);
  }
}
