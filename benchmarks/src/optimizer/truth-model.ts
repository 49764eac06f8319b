// The response model of a simulation: the same planning problem as for a fit, with the curves that made the data.

import type { SimulationTruth } from "@mmm/data";
import { gridResponse, type ResponseModel } from "@mmm/optimizer";
import { hill } from "@mmm/transforms";

/**
 * True steady-state response over a horizon, with cells and today's plan of `like`.
 *
 * A constant activity x settles at x / (1 − decay), so the half-saturation counts in activity times (1 − decay).
 */
export function truthModel(truth: SimulationTruth, like: ResponseModel): ResponseModel {
  const horizon = like.periods.length;
  const units = truth.size.map((_, r) => `region_${r}`);
  const { periods, preSample } = truth.settings;
  const length = preSample + periods;
  return gridResponse({
    units,
    periods: ["steady"],
    repeat: horizon,
    valuePerKpi: like.valuePerKpi,
    channels: truth.channels.map((channel, c) => {
      const current = Float64Array.from(units, (_, r) => {
        const own = truth.activity[c]!.subarray((r + 1) * length - horizon, (r + 1) * length);
        return own.reduce((a, b) => a + b, 0) / horizon;
      });
      return {
        name: channel.name,
        family: hill(),
        price: new Float64Array(units.length).fill(1),
        activityScale: Float64Array.from(channel.halfSaturation, (k) => k * (1 - channel.decay)),
        draws: [
          {
            weights: new Float64Array([1]),
            saturation: [channel.slope, 1],
            effect: Float64Array.from(truth.size, (size) => size * channel.effect),
          },
        ],
        current,
        observed: { lower: new Float64Array(units.length), upper: current.map((spend) => 3 * spend) },
        concave: channel.slope <= 1,
      };
    }),
  });
}
