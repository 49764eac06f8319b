// Scoring a shop under a learned model: no retraining, one shop at a time, in any order.

import { createRandom, type Diagnostic, type RunHooks, throwIfCancelled, yieldToEventLoop } from "@mmm/core";
import { allowedEdges } from "../evidence/allowed-edges.js";
import { deterministicTerms } from "../evidence/design.js";
import { noEvidence } from "../evidence/parent-sets.js";
import { shopEvidence } from "../evidence/shop-evidence.js";
import { calibrated } from "../forecast/calibration.js";
import { type ShopDynamics, shopDynamics } from "../forecast/dynamics.js";
import { type Forecast, type ForecastOptions, rollOut } from "../forecast/roll-out.js";
import { scoreEvidence } from "../mixture/graph-mixture.js";
import { responseOf, type ShopResponses } from "../response/curves.js";
import { checkSameNodes, checkShop, stepsNeeded } from "../shops/check.js";
import { describeGaps } from "../shops/gaps.js";
import { type Shop, type ShopLayout, type ShopSource, shopBlocks } from "../shops/shop.js";
import { forecastSets } from "./learn-dynamics.js";
import type { GrangerModel } from "./model.js";
import { designOptions } from "./regression-form.js";

export interface ShopResult {
  readonly unit: string;
  /** Probability of every edge, `[from, to]` row-major. */
  readonly edges: Float64Array;
  /** Chance of every cluster, in the order of the model's mixture. */
  readonly clusters: Float64Array;
  /** Signs, sizes, lag profiles and curves; averaged over likely parent sets. */
  readonly responses: ShopResponses;
  /** How the shop moves; input of {@link forecastShop}. */
  readonly dynamics: ShopDynamics;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Score one shop.
 *
 * Missing values (NaN) drop the steps that need them; a history too short to say anything, or a constant series, gets
 * the probabilities of the mixture and a diagnostic.
 *
 * @throws MmmError `SHAPE`, `NOT_FINITE`, `CONTEXT`
 */
export function scoreShop(model: GrangerModel, shop: Shop): ShopResult {
  const { layout, settings, mixture } = model;
  checkShop(shop, layout);
  const nodes = layout.nodes.length;
  const terms = deterministicTerms(0, 2, model.seasonPeriod, settings.harmonics).length;
  const diagnostics = describeGaps(shop, layout, stepsNeeded(settings.ownLags, terms));
  const graph = { values: model.graphDirections, width: model.graphWidth };
  const response = { values: model.responseDirections, width: model.responseWidth };
  const design = designOptions(settings, graph, model.seasonPeriod, model.degrees);
  const own = shopEvidence(shop, nodes, design, mixture.prior.slabVariance, allowedEdges(layout, settings));
  const evidence = diagnostics.some(({ code }) => code === "SHORT_SERIES")
    ? { ...own, targets: own.targets.map(({ slots }) => noEvidence(slots)) }
    : own;
  const [posterior] = scoreEvidence(mixture, [evidence], settings.sharing === "none" ? "bound" : "predictive");
  const { edges, clusters, sets } = posterior!;
  const dynamics = shopDynamics(settings.useContext ? shop : { ...shop, context: [] }, nodes, evidence, sets, {
    design: designOptions(settings, response, model.seasonPeriod),
    slab: mixture.slab,
    slabVariance: mixture.prior.slabVariance,
    nuisance: model.nuisance,
    response: model.response,
    sets: forecastSets,
  });
  return { unit: shop.unit, edges, clusters, responses: responseOf(dynamics, settings.shapes), dynamics, diagnostics };
}

/** Score shops as they stream by; start again at `from` to resume after that many shops. */
export async function* scoreShops(
  model: GrangerModel,
  source: ShopSource,
  layout: ShopLayout,
  hooks?: RunHooks,
  from = 0,
): AsyncGenerator<ShopResult> {
  checkSameNodes(model.layout, layout);
  let done = 0;
  for await (const block of shopBlocks(source, model.settings.blockShops)) {
    throwIfCancelled(hooks);
    for (const shop of block) if (done++ >= from) yield scoreShop(model, shop);
    hooks?.onProgress?.({ phase: "score", step: done, total: 0 });
    await yieldToEventLoop();
  }
}

/**
 * Forecast every node of a shop. Means and intervals carry the corrections learned from back-tests inside the histories.
 *
 * @example forecastShop(model, shop, scoreShop(model, shop), { horizon: 7 }).mean
 */
export function forecastShop(model: GrangerModel, shop: Shop, result: ShopResult, options: ForecastOptions): Forecast {
  const { shapes, ownLags, harmonics, seed } = model.settings;
  const random = createRandom(seed).split(`forecast ${shop.unit}`);
  const { design } = result.dynamics;
  const forecast = rollOut(
    shop,
    result.dynamics,
    { shapes, ownLags, seasonPeriod: model.seasonPeriod, harmonics },
    random,
    options,
  );
  if (!model.calibration) return forecast;
  const nonNegative = design.features.map(({ series }) => series.nonNegative);
  return calibrated(forecast, model.calibration, design.centre, nonNegative, options.future !== undefined);
}
