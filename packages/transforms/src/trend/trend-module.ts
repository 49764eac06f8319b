import type { TensorModule } from "@mmm/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { type BasisModuleOptions, type BasisParameters, basisModule } from "../basis/basis-module.js";
import { checkKnots } from "./piecewise.js";

/**
 * Straight trend as a tensor module, `coefficient · (t − origin)/span`; input: times `[periods]`.
 *
 * @example linearTrendModule({ origin: 0, span: 104 })
 */
export function linearTrendModule({
  origin = 0,
  span = 1,
  ...options
}: BasisModuleOptions & { readonly origin?: number; readonly span?: number } = {}): TensorModule<BasisParameters> {
  return basisModule("trend-linear", 1, (times) => tf.reshape(tf.div(tf.sub(times, origin), span), [-1, 1]), options);
}

/**
 * Trend whose slope changes at knots; coefficients: first slope, then the change at each knot.
 *
 * @throws MmmError `BAD_KNOTS`
 * @example slopeChangeModule([26, 52, 78])
 */
export function slopeChangeModule(
  knots: readonly number[],
  { origin = 0, ...options }: BasisModuleOptions & { readonly origin?: number } = {},
): TensorModule<BasisParameters> {
  checkKnots(knots, 0);
  return basisModule(
    "trend-slope-changes",
    knots.length + 1,
    (times) => {
      const column = tf.reshape(times, [-1, 1]);
      const line = tf.sub(column, origin);
      if (knots.length === 0) return line;
      return tf.concat([line, tf.relu(tf.sub(column, tf.reshape(tf.tensor1d([...knots]), [1, -1])))], 1);
    },
    options,
  );
}

/**
 * Levels at knots joined by straight lines, constant beyond the ends; coefficients: the levels.
 *
 * @throws MmmError `BAD_KNOTS`
 * @example knotTrendModule(evenKnots(0, 103, 5))
 */
export function knotTrendModule(
  knots: readonly number[],
  options: BasisModuleOptions = {},
): TensorModule<BasisParameters> {
  checkKnots(knots, 1);
  return basisModule(
    "trend-knots",
    knots.length,
    (times) => {
      const column = tf.reshape(times, [-1, 1]);
      if (knots.length === 1) return tf.onesLike(column);
      // Share of each gap between knots that has passed; a knot's weight is what passed before it minus after it.
      const starts = knots.slice(0, -1);
      const gaps = knots.slice(1).map((knot, k) => knot - starts[k]!);
      const passed = tf.clipByValue(
        tf.div(tf.sub(column, tf.reshape(tf.tensor1d(starts), [1, -1])), tf.reshape(tf.tensor1d(gaps), [1, -1])),
        0,
        1,
      );
      const one = tf.onesLike(column);
      return tf.sub(tf.concat([one, passed], 1), tf.concat([passed, tf.zerosLike(column)], 1));
    },
    options,
  );
}
