// Forecasts of the neural engine: draws of the whole shop rolled forward by the decoder, each step feeding the next.

import { compile, eagerEngine, type NdArray, randomNormal, type TensorEngine } from "@mmm/tensor";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Forecast, ForecastOptions } from "../forecast/roll-out.js";
import type { Shop } from "../shops/shop.js";
import { carryOn, edgeSignals, predictNext, responder } from "./decoder.js";
import type { NeuralModel } from "./model.js";
import type { NeuralParams } from "./objective.js";
import { infer, neuralBlocks } from "./score-neural.js";
import { levelsAhead, type PreparedShop, type ShopBatch } from "./shop-tensors.js";
import { objectiveOptions } from "./start.js";

/** Where a roll-out begins and what is known of the future, H steps. */
type Ahead<Leaf = Tensor> = {
  /** [B, 1, V] and [B, 1, V, D]: the last step of each history. */
  readonly residual: Leaf;
  readonly carried: Leaf;
  /** [B, H, V]: activity explained by season and trend; residuals that are given, and 1 where they are. */
  readonly levels: Leaf;
  readonly given: Leaf;
  readonly known: Leaf;
};

/**
 * Forecast every node of each shop from the end of its history.
 *
 * @param options `future` holds plans `[horizon, nodes]`, the same for every shop
 * @example const [forecast] = await forecastNeural(model, [shop], { horizon: 7 });
 */
export async function forecastNeural(
  model: NeuralModel,
  shops: readonly Shop[],
  { horizon, draws = 200, interval = 0.9, future }: ForecastOptions,
  engine: TensorEngine = eagerEngine(),
): Promise<Forecast[]> {
  if (shops.length === 0) return [];
  const options = objectiveOptions(model.settings, model.layout, model.marks);
  const nodes = model.layout.nodes.length;
  const { target, decays } = options;

  const rollOut = (params: NeuralParams, batch: ShopBatch, ahead: Ahead, key: Tensor): Tensor => {
    const count = ahead.levels.shape[0]!;
    const { encoding, posterior } = infer(params, batch, options);
    const present = tf.reshape(posterior.edges, [count, nodes, nodes]);
    const weights = tf.mul(present, encoding.effect);
    const variance = tf.exp(tf.mul(2, encoding.effectLogSd));
    const doubtful = tf.mul(tf.sub(present, tf.square(present)), tf.square(encoding.effect));
    const unsure = tf.reshape(tf.add(doubtful, tf.mul(present, variance)), [count, nodes, 1, nodes]);
    const { respond } = responder(params.decoder, batch, options);
    const noise = tf.reshape(tf.exp(tf.mul(2, encoding.logScale)), [count, 1, nodes]);
    const perNode = (x: Tensor): Tensor => tf.reshape(x, [count, 1, nodes]);
    const at = (x: Tensor, h: number): Tensor => tf.slice(x, [0, h, 0], [count, 1, nodes]);
    // The draws of a shop take the place of its steps.
    let residual = tf.tile(ahead.residual, [1, draws, 1]);
    let carried = tf.tile(ahead.carried, [1, draws, 1, 1]);
    const levels: Tensor[] = [];
    for (let h = 0; h < horizon; h++) {
      const signals = edgeSignals(respond(carried), encoding.memories, target);
      const mean = predictNext(encoding, weights, residual, signals);
      const sd = tf.sqrt(tf.add(noise, tf.sum(tf.mul(tf.square(signals), unsure), 1)));
      const drawn = tf.add(mean, tf.mul(sd, randomNormal(key, [count, draws, nodes], { stream: `step ${h}` })));
      const known = at(ahead.known, h);
      residual = tf.add(tf.mul(known, at(ahead.given, h)), tf.mul(tf.sub(1, known), drawn));
      carried = carryOn(batch, at(ahead.levels, h), carried, residual, decays);
      const raw = tf.add(at(ahead.levels, h), tf.mul(residual, perNode(batch.scale)));
      const flag = perNode(batch.nonNegative);
      levels.push(tf.add(tf.mul(flag, tf.relu(raw)), tf.mul(tf.sub(1, flag), raw)));
    }
    return tf.stack(levels, 1);
  };

  const key: NdArray = { data: Int32Array.of(model.settings.seed), shape: [] };
  const blocks = [...neuralBlocks(model, shops)].map(({ own, batch }) => ({
    own,
    batch,
    ahead: aheadOf(model, own, batch, horizon, future),
  }));
  const first = blocks[0]!;
  const evaluate = await compile(rollOut, [model.params, first.batch, first.ahead, key] as never, { engine });
  try {
    const forecasts: Forecast[] = [];
    for (const { own, batch, ahead } of blocks) {
      const { data } = (await evaluate(model.params as never, batch as never, ahead as never, key as never)) as NdArray;
      const each = horizon * draws * nodes;
      own.forEach((shop, s) => {
        forecasts.push(
          summarise(data.subarray(s * each, (s + 1) * each) as Float32Array, shop, horizon, draws, interval),
        );
      });
    }
    return forecasts;
  } finally {
    await evaluate.dispose();
  }
}

function aheadOf(
  model: NeuralModel,
  own: readonly PreparedShop[],
  batch: ShopBatch<NdArray>,
  horizon: number,
  future: Float64Array | undefined,
): Ahead<NdArray> {
  const nodes = model.layout.nodes.length;
  const size = batch.residual.shape[0]!;
  const memories = model.settings.decays.length;
  const zeros = (shape: number[]) => ({ data: new Float32Array(shape.reduce((a, b) => a * b, 1)), shape });
  const ahead = {
    residual: zeros([size, 1, nodes]),
    carried: zeros([size, 1, nodes, memories]),
    levels: zeros([size, horizon, nodes]),
    given: zeros([size, horizon, nodes]),
    known: zeros([size, horizon, nodes]),
  };
  own.forEach((shop, s) => {
    ahead.residual.data.set(shop.residual.subarray((shop.steps - 1) * nodes, shop.steps * nodes), s * nodes);
    const width = nodes * memories;
    ahead.carried.data.set(shop.carried.subarray((shop.steps - 1) * width, shop.steps * width), s * width);
    const levels = levelsAhead(shop, horizon, model.design);
    const from = s * horizon * nodes;
    ahead.levels.data.set(levels, from);
    future?.forEach((value, i) => {
      if (Number.isNaN(value)) return;
      const { origin, unit } = shop.measures[i % nodes]!;
      const scale = shop.scale[i % nodes]!;
      ahead.known.data[from + i] = 1;
      ahead.given.data[from + i] = scale > 0 ? ((value - origin) / unit - levels[i]!) / scale : 0;
    });
  });
  return ahead;
}

/** Mean and central interval of draws `[horizon, draws, nodes]` of activity, in the nodes' own units. */
function summarise(
  activity: Float32Array,
  { measures }: PreparedShop,
  horizon: number,
  draws: number,
  interval: number,
): Forecast {
  const nodes = measures.length;
  const mean = new Float64Array(horizon * nodes);
  const lower = new Float64Array(horizon * nodes);
  const upper = new Float64Array(horizon * nodes);
  const tail = (1 - interval) / 2;
  for (let h = 0; h < horizon; h++) {
    measures.forEach(({ origin, unit }, node) => {
      const values = Float64Array.from(
        { length: draws },
        (_, draw) => origin + unit * activity[(h * draws + draw) * nodes + node]!,
      ).sort();
      const at = h * nodes + node;
      mean[at] = values.reduce((a, b) => a + b, 0) / draws;
      lower[at] = values[Math.round(tail * (draws - 1))]!;
      upper[at] = values[Math.round((1 - tail) * (draws - 1))]!;
    });
  }
  return { horizon, mean, lower, upper, interval };
}
