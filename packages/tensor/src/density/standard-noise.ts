import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";

export type NoiseKind = "gaussian" | "student";

// Student-t with ν = 5: density (1 + z²/5)⁻³ / (√(5π)·Γ(5/2)/Γ(3)), where Γ(5/2) = ¾√π and Γ(3) = 2.
const logStudentConstant = Math.log((Math.sqrt(5 * Math.PI) * 0.75 * Math.sqrt(Math.PI)) / 2);

/**
 * Log density of standard noise, normal or Student-t with 5 degrees of freedom, entry by entry, from its square.
 *
 * Both fall convexly in z², so the value at a mean of z² is a lower bound of the mean of values (exact for the normal).
 *
 * @param square z², any shape
 */
export function standardNoise(square: Tensor, kind: NoiseKind): Tensor {
  if (kind === "gaussian") return tf.sub(tf.mul(square, -0.5), 0.5 * Math.log(2 * Math.PI));
  return tf.sub(tf.mul(tf.log(tf.add(tf.mul(square, 0.2), 1)), -3), logStudentConstant);
}
