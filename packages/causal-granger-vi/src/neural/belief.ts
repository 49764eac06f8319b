// What a trained network says about each shop, as plain numbers: everything that scores, replicas and forecasts need.

import { compile, type NdArray, type TensorEngine } from "@mmm/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { checkShop } from "../shops/check.js";
import type { Shop } from "../shops/shop.js";
import { responder, saturationShapes } from "./decoder.js";
import { encode } from "./encoder.js";
import { graphPosterior } from "./graph-posterior.js";
import type { NeuralModel } from "./model.js";
import { type NeuralParams, priorOf } from "./objective.js";
import { batchShops, type PreparedShop, prepareShop, type ShopBatch } from "./shop-tensors.js";
import { objectiveOptions } from "./start.js";

/** V nodes, D memories; arrays row-major. */
type BeliefName =
  /** `[V, V]`, cause first: probabilities; log odds that the history adds, calibrated; effects. */
  | "edges"
  | "evidence"
  | "effect"
  | "effectLogSd"
  /** `[clusters]`. */
  | "clusters"
  /** `[V, V, D]`: shares of the memories. */
  | "memories"
  /** `[V]`: share of a node's own last residual that stays. */
  | "persistence"
  /** `[2, V]`: Hill curves towards other nodes and towards the target. */
  | "slope"
  | "half"
  /** `[2, V, D]`: mean and standard deviation of the responses over the history. */
  | "centre"
  | "scale";

export type ShopBelief = Readonly<Record<BeliefName, Float64Array>>;

export interface BelievedShop {
  readonly prepared: PreparedShop;
  readonly belief: ShopBelief;
}

const blockShops = 32;
/** Histories are padded to a multiple of this, so that few shapes are traced. */
const padding = 16;

/** A function that reads shops, block by block; dispose of it when done. */
export async function beliefReader(
  model: NeuralModel,
  engine: TensorEngine,
): Promise<{
  read(shops: readonly Shop[]): Promise<BelievedShop[]>;
  dispose(): Promise<void>;
}> {
  const options = objectiveOptions(model);
  const { offset, slope } = model.calibration;
  const believe = (params: NeuralParams, batch: ShopBatch): Record<BeliefName, tf.Tensor> => {
    const { effect, effectLogSd, memories, persistence, ...encoding } = encode(params.encoder, batch);
    const nodes = batch.residual.shape[2]!;
    const evidence = tf.add(tf.mul(tf.reshape(encoding.evidence, [-1, nodes * nodes]), slope), offset);
    const { edges, clusters } = graphPosterior(evidence, priorOf(params, options), options.marks);
    const { centre, scale } = responder(params.decoder, batch, options);
    const curves = saturationShapes(params.decoder, batch.context);
    return { edges, clusters, evidence, effect, effectLogSd, memories, persistence, centre, scale, ...curves };
  };
  type Evaluate = Awaited<ReturnType<typeof compile>>;
  let evaluate: Evaluate | null = null;
  return {
    async read(shops) {
      const all: BelievedShop[] = [];
      for (const { own, batch } of blocksOf(model, shops)) {
        evaluate ??= (await compile(believe, [model.params, batch] as never, { engine })) as unknown as Evaluate;
        const out = (await evaluate(model.params as never, batch as never)) as unknown as Record<BeliefName, NdArray>;
        own.forEach((prepared, s) => {
          const rows = Object.entries(out).map(([name, { data, shape }]) => {
            const each = data.length / shape[0]!;
            return [name, Float64Array.from(data.subarray(s * each, (s + 1) * each))];
          });
          all.push({ prepared, belief: Object.fromEntries(rows) as ShopBelief });
        });
      }
      return all;
    },
    async dispose() {
      await evaluate?.dispose();
    },
  };
}

/** Read shops once. */
export async function believeShops(
  model: NeuralModel,
  shops: readonly Shop[],
  engine: TensorEngine,
): Promise<BelievedShop[]> {
  const reader = await beliefReader(model, engine);
  try {
    return await reader.read(shops);
  } finally {
    await reader.dispose();
  }
}

/** Shops prepared and batched as a model needs them; batches are always full, so that few shapes are traced. */
function* blocksOf(
  { layout, settings, design, context }: NeuralModel,
  shops: readonly Shop[],
): Generator<{ readonly own: readonly PreparedShop[]; readonly batch: ShopBatch<NdArray> }> {
  const nodes = layout.nodes.length;
  const size = Math.min(blockShops, shops.length);
  for (let from = 0; from < shops.length; from += size) {
    const own = shops.slice(from, from + size).map((shop) => {
      checkShop(shop, layout);
      return prepareShop(shop, nodes, { design, decays: settings.decays, context });
    });
    const longest = own.reduce((most, shop) => Math.max(most, shop.steps), 0);
    yield { own, batch: batchShops(own, nodes, size, padding * Math.ceil(longest / padding)) };
  }
}
