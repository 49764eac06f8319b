// Learning what shops have in common: the form of their regressions, the mixture of graphs, the spread of responses.

import { dataError, type RunHooks, throwIfCancelled, yieldToEventLoop } from "@mmm/core";
import { allowedEdges } from "../evidence/allowed-edges.js";
import { shopEvidence } from "../evidence/shop-evidence.js";
import type { ShopEvidence } from "../mixture/shop-posterior.js";
import { principalDirections } from "../response/rotation.js";
import { checkLayout } from "../shops/check.js";
import { sampleShops } from "../shops/sample.js";
import { type ShopLayout, type ShopSource, shopSteps } from "../shops/shop.js";
import { diagnose } from "./diagnose.js";
import { learnDynamics } from "./learn-dynamics.js";
import type { GrangerModel } from "./model.js";
import { fitPopulation, slabVariance } from "./population.js";
import { designOptions, regressionForm, timeForm } from "./regression-form.js";
import { type GrangerViSettings, type ResolvedSettings, resolveSettings } from "./settings.js";

/** Response directions kept for forecasts and curves, beyond those of the graph. */
const responseWidth = 3;

/**
 * Learn a population of graphs from shops.
 *
 * Reads the source once, keeping a reservoir of `learnShops`; memory does not grow with the number of shops.
 *
 * @throws MmmError `NO_SHOPS`, `TOO_SHORT`, `SHAPE`, `NOT_FINITE`, `CONTEXT`, `DUPLICATE_UNIT`
 */
export async function learnGraphs(
  source: ShopSource,
  layout: ShopLayout,
  options: GrangerViSettings = {},
  hooks?: RunHooks,
): Promise<GrangerModel> {
  const given = resolveSettings(options);
  checkLayout(layout);
  const nodes = layout.nodes.length;
  const { sample, seen } = await sampleShops(source, layout, given, hooks);
  const time = timeForm(sample, nodes, given);
  const { seasonPeriod, ownLags, need } = time;
  const long = sample.filter((shop) => shopSteps(shop, nodes) >= need);
  if (long.length === 0) {
    const longest = sample.reduce((most, shop) => Math.max(most, shopSteps(shop, nodes)), 0);
    throw dataError(
      "TOO_SHORT",
      `The longest history has ${longest} steps; at least ${need} are needed with ${ownLags} own lag(s) and season period ${seasonPeriod}.`,
      "Give longer histories, or set seasonPeriod to 0.",
    );
  }
  const { shapes, graph, degrees } = regressionForm(long, layout, given, time);
  const { delayedShapes: _, ...decided } = given;
  const settings: ResolvedSettings = { ...decided, ownLags, shapes };
  const design = designOptions(settings, graph, seasonPeriod, degrees);
  const allowed = allowedEdges(layout, settings);
  const evidence: ShopEvidence[] = [];
  for (const [s, shop] of long.entries()) {
    if (s % 50 === 0) {
      throwIfCancelled(hooks);
      hooks?.onProgress?.({ phase: "evidence", step: s, total: long.length });
      await yieldToEventLoop();
    }
    evidence.push(shopEvidence(shop, nodes, design, slabVariance, allowed));
  }
  const { fitted, tried } = fitPopulation(evidence, nodes, settings);
  const { mixture, bound } = fitted;
  hooks?.onProgress?.({ phase: "mixture", step: 1, total: 1, metrics: { clusters: mixture.weight.length, ...bound } });
  throwIfCancelled(hooks);

  const response = principalDirections(sample.slice(0, 300), nodes, shapes, responseWidth + graph.width - 1);
  const moving = designOptions(settings, response, seasonPeriod);
  const dynamics = learnDynamics(long, evidence, mixture, moving, settings, time);
  return {
    schema: "mmm.granger-vi/v3",
    layout,
    settings,
    seasonPeriod,
    degrees,
    graphDirections: graph.values,
    graphWidth: graph.width,
    responseDirections: response.values,
    responseWidth: response.width,
    mixture,
    ...dynamics,
    bound,
    tried,
    learnedFrom: long.length,
    diagnostics: diagnose(seen, sample.length - long.length, seasonPeriod, fitted, need),
  };
}
