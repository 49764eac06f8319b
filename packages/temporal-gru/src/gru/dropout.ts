// Dropout masks by explicit key. Masks are made outside the model and handed in, so a step stays a pure function that
// an engine can trace, and the same key always drops the same units. One mask serves all periods of a sequence.

import type { Random } from "@mmm/core";
import { usageError } from "@mmm/core";
import { type NdArray, ndArray } from "@mmm/tensor";

/** Masks by layer name, each `[units, 1, hidden]`: 0 where dropped, else `1/(1 − rate)`. */
export type DropoutMasks = { readonly [layer: string]: NdArray };

/**
 * Masks for one training step.
 *
 * @param random a stream split off by the number of the step, for example `random.split(step)`
 * @param rate share that is dropped, in [0, 1)
 * @throws MmmError `BAD_RATE`
 * @example dropoutMasks(createRandom(1).split(step), { units: 20, hidden: 16, layers: 1, rate: 0.1 })
 * Source: Gal & Ghahramani (2016), arXiv:1512.05287.
 */
export function dropoutMasks(
  random: Random,
  shape: { readonly units: number; readonly hidden: number; readonly layers: number; readonly rate: number },
): DropoutMasks {
  const { units, hidden, layers, rate } = shape;
  if (!(rate >= 0 && rate < 1)) {
    throw usageError("BAD_RATE", `The dropout rate must be at least 0 and below 1, got ${rate}.`, "Try 0.1.");
  }
  const mask = (): NdArray =>
    ndArray(
      Float32Array.from({ length: units * hidden }, () => (random.uniform() < rate ? 0 : 1 / (1 - rate))),
      [units, 1, hidden],
    );
  return Object.fromEntries(Array.from({ length: layers }, (_, layer) => [layerName(layer), mask()]));
}

export function layerName(layer: number): string {
  return `layer${layer}`;
}
