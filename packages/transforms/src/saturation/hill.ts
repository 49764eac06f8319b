// Hill curve: concave for slopes up to 1, S-shaped above. The most used family; with slope 1 it is
// `michaelisMenten`. Slope and half-saturation trade off where activity varies little.

import { usageError } from "@mmm/core";
import { checkConvention } from "../parameter/convention.js";
import { sigmoid } from "../parameter/sigmoid.js";
import { defineSaturation, largestActivity, positive, type SaturationFamily } from "./family.js";

export interface HillOptions {
  /**
   * Default, `meridian`, `pymc` and `lmmm`: `halfSaturation` in the units of the activity. `robyn`: a share between
   * the smallest and largest activity seen, which `observedRange` gives.
   */
  readonly convention?: "robyn" | "meridian" | "pymc" | "lmmm";
  /** Smallest and largest (carried over) activity in the fitting window; `robyn` only. */
  readonly observedRange?: readonly [number, number];
}

/**
 * Hill response.
 *
 * `x^slope / (x^slope + halfSaturation^slope)`, computed as `σ(slope·(ln x − ln halfSaturation))`
 *
 * For slopes below 1 the curve is vertical at zero; there the derivative is that at `1e-12 · halfSaturation`.
 *
 * @returns family with the parameters `slope` and `halfSaturation`
 * @throws MmmError `MISSING_RANGE` for `robyn` without `observedRange`
 * @example hill().apply(2, [1, 2]) // 0.5
 * Source: Jin et al. (2017), eq. 5.
 */
export function hill({ convention, observedRange }: HillOptions = {}): SaturationFamily {
  checkConvention("Hill saturation", convention, ["robyn", "meridian", "pymc", "lmmm"]);
  if (convention === "robyn" && !(observedRange && observedRange[1] > 0 && observedRange[0] <= observedRange[1])) {
    throw usageError(
      "MISSING_RANGE",
      `Hill saturation in Robyn's convention needs the range of the activity, got ${JSON.stringify(observedRange)}.`,
      "Pass observedRange: [smallest, largest] of the carried-over activity in the fitting window.",
    );
  }
  const [low, high] = convention === "robyn" ? observedRange! : [0, 1];
  const range = high - low;
  const half = (value: number): number => positive(low + range * value);
  const value = (x: number, slope: number, k: number): number =>
    x === 0 ? 0 : sigmoid(slopeOf(slope) * (Math.log(x) - Math.log(k)));

  return defineSaturation({
    id: "hill",
    title: "Hill",
    formula: "x^slope / (x^slope + halfSaturation^slope)",
    citation: "Jin, Wang, Sun, Chan & Koehler (2017), Bayesian methods for media mix modeling, eq. 5.",
    settings: { convention, observedRange },
    parameters:
      convention === "robyn"
        ? [
            { name: "slope", lower: 0.5, upper: 3, initial: 1.5 },
            { name: "halfSaturation", lower: 0.01, upper: 1, initial: 0.5 },
          ]
        : [
            { name: "slope", lower: 0.1, upper: 8, initial: convention === "meridian" ? 1 : 1.3 },
            { name: "halfSaturation", lower: 0, upper: Number.POSITIVE_INFINITY, initial: 1 },
          ],
    apply: (x, parameters) => value(x, parameters[0]!, half(parameters[1]!)),
    derivatives(x, parameters, out, offset) {
      const slope = slopeOf(parameters[0]!);
      const k = half(parameters[1]!);
      const distance = x === 0 ? 0 : Math.log(x) - Math.log(k);
      const response = x === 0 ? 0 : sigmoid(slope * distance);
      const bend = response * sigmoid(-slope * distance);
      out[offset] = response;
      out[offset + 1] = slopeAt(x, slope, k, bend);
      out[offset + 2] = bend * distance;
      out[offset + 3] = (-bend * slope * range) / k;
    },
    along(x, parameters, out) {
      const count = x.length;
      const slope = slopeOf(parameters[0]!);
      const k = half(parameters[1]!);
      const logK = Math.log(k);
      for (let i = 0; i < count; i++) {
        const activity = Math.min(largestActivity, x[i]!);
        if (!(activity > 0)) {
          out[i] = 0;
          out[count + i] = activity === 0 ? slopeAt(0, slope, k, 0) : 0;
          out[2 * count + i] = 0;
          out[3 * count + i] = 0;
          continue;
        }
        const distance = Math.log(activity) - logK;
        const e = Math.exp(-Math.abs(slope * distance));
        const near = 1 / (1 + e);
        const far = e / (1 + e);
        const bend = near * far;
        out[i] = distance >= 0 ? near : far;
        out[count + i] = slopeAt(activity, slope, k, bend);
        out[2 * count + i] = bend * distance;
        out[3 * count + i] = (-bend * slope * range) / k;
      }
    },
  });
}

function slopeAt(x: number, slope: number, k: number, bend: number): number {
  if (x >= 1e-12 * k) return (bend * slope) / x;
  if (slope > 1) return x === 0 ? 0 : (bend * slope) / x;
  const floor = Math.exp(slope * Math.log(1e-12));
  return ((floor / (1 + floor) ** 2) * slope) / (1e-12 * k);
}

function slopeOf(slope: number): number {
  return Math.min(100, Math.max(0.01, slope));
}
