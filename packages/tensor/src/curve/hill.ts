import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { broadcastShape, sumTo } from "../kernel/broadcast.js";

const floor = 1e-20;

/**
 * Hill curve `y = xˢ / (xˢ + kˢ)`, evaluated as `σ(s (log x − log k))`, with a hand-written gradient that is finite at
 * `x = 0` (where the slope is `1 / k` for `s = 1` and 0 for steeper curves).
 *
 * @param x at least 0, any shape
 * @param slope s, above 0, broadcast to x
 * @param halfSaturation k, above 0, in units of x, broadcast to x; there `y = ½`
 * @returns between 0 and 1, the shape of x
 *
 * Source: Hill (1910); as a saturation curve: Jin et al. (2017), "Bayesian methods for media mix modeling".
 */
export function hill(x: Tensor, slope: Tensor, halfSaturation: Tensor): Tensor {
  const kernel = tf.customGrad((x, s, k, save) => {
    const [xs, ss, ks] = [x, s, k] as [Tensor, Tensor, Tensor];
    const logX = tf.log(tf.maximum(xs, floor));
    const logRatio = tf.sub(logX, tf.log(ks));
    const value = tf.sigmoid(tf.mul(ss, logRatio));
    (save as tf.GradSaveFunc)([xs, ss, ks, value]);
    return {
      value,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [xSaved, sSaved, kSaved, y] = saved as [Tensor, Tensor, Tensor, Tensor];
        const logXAgain = tf.log(tf.maximum(xSaved, floor));
        const ratio = tf.sub(logXAgain, tf.log(kSaved));
        const below = tf.sub(1, y);
        const bend = tf.mul(dy, tf.mul(y, below));
        // y / x as an exponential: exact where y itself has vanished.
        const yOverX = tf.mul(below, tf.exp(tf.sub(tf.minimum(tf.mul(sSaved, ratio), 60), logXAgain)));
        return [
          sumTo(tf.mul(tf.mul(dy, below), tf.mul(sSaved, yOverX)), xSaved.shape),
          sumTo(tf.mul(bend, ratio), sSaved.shape),
          sumTo(tf.neg(tf.div(tf.mul(bend, sSaved), kSaved)), kSaved.shape),
        ];
      },
    };
  });
  const shape = broadcastShape(x.shape, slope.shape, halfSaturation.shape);
  return kernel(tf.broadcastTo(x, shape), slope, halfSaturation);
}
