// Roll-outs of the neural engine: every draw has a graph and effects of its own and carries the whole shop forward, each
// step feeding the next.

import { createRandom, type Random } from "@mmm/core";
import type { TensorEngine } from "@mmm/tensor";
import type { Forecast, ForecastOptions } from "../forecast/roll-out.js";
import type { Shop } from "../shops/shop.js";
import { type BelievedShop, believeShops } from "./belief.js";
import type { NeuralModel } from "./model.js";
import { expectedNext, type MovementOptions, shocksOf, standingAt, stepTo } from "./movement.js";
import { drawGraph } from "./replicate.js";
import { levelsAhead } from "./shop-tensors.js";
import { objectiveOptions } from "./start.js";

/** Roll each shop forward from the end of its history, without corrections. */
export async function rollOutNeural(
  model: NeuralModel,
  shops: readonly Shop[],
  options: ForecastOptions,
  engine: TensorEngine,
): Promise<Forecast[]> {
  if (shops.length === 0) return [];
  const random = createRandom(model.settings.seed).split("roll-out");
  const believed = await believeShops(model, shops, engine);
  return believed.map((shop) =>
    rollOutShop(shop, model, objectiveOptions(model), options, random.split(shop.prepared.unit)),
  );
}

function rollOutShop(
  shop: BelievedShop,
  { design }: NeuralModel,
  movement: MovementOptions,
  { horizon, draws = 200, interval = 0.9, future }: ForecastOptions,
  random: Random,
): Forecast {
  const { prepared, belief } = shop;
  const { measures, scale, steps } = prepared;
  const nodes = measures.length;
  const shocks = shocksOf(prepared, belief, movement);
  const levels = levelsAhead(prepared, horizon, design);
  const paths = Array.from({ length: horizon * nodes }, () => new Float64Array(draws));
  for (let draw = 0; draw < draws; draw++) {
    const { weights } = drawGraph(belief, random);
    let standing = standingAt(prepared, steps - 1, nodes);
    for (let h = 0; h < horizon; h++) {
      const residual = expectedNext(standing, belief, weights, movement);
      const own = levels.subarray(h * nodes, (h + 1) * nodes);
      for (let node = 0; node < nodes; node++) {
        const planned = future?.[h * nodes + node] ?? Number.NaN;
        if (Number.isNaN(planned)) {
          if (shocks.length > 0) residual[node]! += shocks[random.integer(shocks.length)]![node]!;
          continue;
        }
        const { origin, unit } = measures[node]!;
        residual[node] = scale[node]! > 0 ? ((planned - origin) / unit - own[node]!) / scale[node]! : 0;
      }
      const next = stepTo(standing, residual, own, prepared, movement.decays);
      measures.forEach(({ origin, unit }, node) => {
        paths[h * nodes + node]![draw] = origin + unit * next.activity[node]!;
      });
      standing = next;
    }
  }
  const tail = (1 - interval) / 2;
  const mean = Float64Array.from(paths, (values) => values.reduce((a, b) => a + b, 0) / draws);
  for (const values of paths) values.sort();
  return {
    horizon,
    mean,
    lower: Float64Array.from(paths, (sorted) => sorted[Math.round(tail * (draws - 1))]!),
    upper: Float64Array.from(paths, (sorted) => sorted[Math.round((1 - tail) * (draws - 1))]!),
    interval,
  };
}
