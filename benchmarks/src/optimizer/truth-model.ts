// The response model of a simulation: the same planning problem as for a fit, with the curves that made the data.

import type { SimulationTruth } from "@mmm/data";
import { gridResponse, type ResponseModel } from "@mmm/optimizer";
import { hill } from "@mmm/transforms";

/** Periods after which less than a millionth of the slowest stock is left. */
const memory = 60;

/**
 * True response over a horizon, with cells and today's plan of `like`: the last observed periods once more, on top of the
 * stock that they left. The simulator's stock is `x[t] + decay · stock[t−1]`, so its lag weights are `decay^l`.
 *
 * @param countAfter also what arrives after the horizon, with today's mean activity going on. Default true
 */
export function truthModel(
  truth: SimulationTruth,
  like: ResponseModel,
  { countAfter = true }: { readonly countAfter?: boolean } = {},
): ResponseModel {
  const horizon = like.periods.length;
  const units = truth.size.map((_, r) => `region_${r}`);
  const { periods, preSample } = truth.settings;
  const length = preSample + periods;
  return gridResponse({
    units,
    periods: like.periods,
    valuePerKpi: like.valuePerKpi,
    channels: truth.channels.map((channel, c) => {
      const last = (r: number, count: number) =>
        truth.activity[c]!.subarray(Math.max(r * length, (r + 1) * length - count), (r + 1) * length);
      const current = Float64Array.from({ length: units.length * horizon }, (_, i) => {
        return last(Math.floor(i / horizon), horizon)[i % horizon]!;
      });
      const mean = Float64Array.from(units, (_, r) => last(r, horizon).reduce((a, b) => a + b, 0) / horizon);
      return {
        name: channel.name,
        family: hill(),
        price: new Float64Array(units.length).fill(1),
        activityScale: Float64Array.from(channel.halfSaturation),
        draws: [
          {
            weights: Float64Array.from({ length: memory }, (_, l) => channel.decay ** l),
            saturation: [channel.slope, 1],
            effect: Float64Array.from(truth.size, (size) => size * channel.effect),
          },
        ],
        before: units.map((_, r) => last(r, memory)),
        ...(countAfter && { after: mean }),
        current,
        observed: { lower: new Float64Array(units.length), upper: mean.map((spend) => 3 * spend) },
        concave: channel.slope <= 1,
      };
    }),
  });
}
