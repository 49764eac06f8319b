import { compile, type NdArray, type TensorEngine } from "@mmm/tensor";
import type { NeuralBound, NeuralModel } from "./model.js";
import { boundParts, type NeuralParams, type ObjectiveOptions } from "./objective.js";
import { batchShops, type PreparedShop, type ShopBatch } from "./shop-tensors.js";

/** The bound of all shops, in nats. */
export async function boundOfShops(
  params: NeuralModel["params"],
  prepared: readonly PreparedShop[],
  mostShops: number,
  options: ObjectiveOptions,
  engine: TensorEngine,
): Promise<NeuralBound> {
  const nodes = prepared[0]!.measures.length;
  const size = Math.min(mostShops, prepared.length);
  const longest = prepared.reduce((most, shop) => Math.max(most, shop.steps), 0);
  const batchOf = (from: number) => batchShops(prepared.slice(from, from + size), nodes, size, longest);
  const evaluate = await compile(
    (p: NeuralParams, batch: ShopBatch) => {
      const { logLikelihood, graphDivergence, effectDivergence } = boundParts(p, batch, options);
      return { logLikelihood, graphDivergence, effectDivergence };
    },
    [params, batchOf(0)] as never,
    { engine },
  );
  const total = { logLikelihood: 0, graphDivergence: 0, effectDivergence: 0 };
  for (let from = 0; from < prepared.length; from += size) {
    const parts = await evaluate(params as never, batchOf(from) as never);
    for (const name of Object.keys(total) as (keyof typeof total)[]) {
      for (let s = 0; s < Math.min(size, prepared.length - from); s++) total[name] += (parts[name] as NdArray).data[s]!;
    }
  }
  await evaluate.dispose();
  return { ...total, elbo: total.logLikelihood - total.graphDivergence - total.effectDivergence };
}
