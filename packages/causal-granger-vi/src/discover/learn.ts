// Learning what shops have in common: response directions, season, the mixture of graphs, the spread of responses.

import { edgeRules } from "@mmm/causal";
import { createRandom, type Diagnostic, dataError, type RunHooks, throwIfCancelled, yieldToEventLoop } from "@mmm/core";
import { type DesignOptions, deterministicTerms } from "../evidence/design.js";
import { type AllowedEdges, shopEvidence } from "../evidence/shop-evidence.js";
import { backTests } from "../forecast/back-tests.js";
import { calibrateForecasts } from "../forecast/calibration.js";
import { type DynamicsOptions, nuisancePrior, responsePrior, shopDynamics } from "../forecast/dynamics.js";
import {
  evidenceBound,
  type FittedMixture,
  fitMixture,
  type GraphMixture,
  type MixturePrior,
  scoreEvidence,
  searchMixture,
  singleCluster,
} from "../mixture/graph-mixture.js";
import type { ShopEvidence } from "../mixture/shop-posterior.js";
import { principalDirections } from "../response/rotation.js";
import { detectOwnLags } from "../season/own-lags.js";
import { detectSeason } from "../season/period.js";
import { checkLayout, checkShop, stepsNeeded } from "../shops/check.js";
import { type Shop, type ShopLayout, type ShopSource, shopBlocks, shopSteps } from "../shops/shop.js";
import type { GrangerModel } from "./model.js";
import { type GivenSettings, type GrangerViSettings, type ResolvedSettings, resolveSettings } from "./settings.js";

/** Variance of the wide slab, in units of the target's noise variance. */
const slabVariance = 0.25;
/** Pseudo-shops behind every edge's prior with one cluster, and behind the population's share with more. */
const edgeStrength = 2;
const clusterStrength = 4;
const searchShops = 300;
const dynamicsShops = 300;
/** Shops that decide on delays, and shops whose forecasts are tested inside their histories. */
const shapeShops = 40;
const testedShops = 100;
const firstSlab = { mean: 0.4, variance: 0.1 };
/** Response directions kept for forecasts and curves. */
const responseWidth = 3;

/** Sets kept per target when forecasting. */
export const forecastSets = 12;

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
  const open = resolveSettings(options);
  checkLayout(layout);
  const nodes = layout.nodes.length;
  const { sample, seen } = await sampleShops(source, layout, open, hooks);
  const first = sample.slice(0, 300);
  const seasonPeriod = open.seasonPeriod === "auto" ? detectSeason(first, nodes) : open.seasonPeriod;
  const given = { ...open, ownLags: open.ownLags === "auto" ? detectOwnLags(first, nodes) : open.ownLags };
  const need = stepsNeeded(given.ownLags, deterministicTerms(0, 2, seasonPeriod, given.harmonics).length);
  const long = sample.filter((shop) => shopSteps(shop, nodes) >= need);
  if (long.length === 0) {
    const longest = sample.reduce((most, shop) => Math.max(most, shopSteps(shop, nodes)), 0);
    throw dataError(
      "TOO_SHORT",
      `The longest history has ${longest} steps; at least ${need} are needed with ${given.ownLags} own lag(s) and season period ${seasonPeriod}.`,
      "Give longer histories, or set seasonPeriod to 0.",
    );
  }

  const allowed = allowedEdges(layout, given);
  const { shapes, graph } = chooseShapes(long, nodes, given, seasonPeriod, allowed);
  const { delayedShapes: _, ...decided } = given;
  const settings: ResolvedSettings = { ...decided, shapes };
  const response = principalDirections(first, nodes, shapes, responseWidth + graph.width - 1);
  const design = designOptions(settings, graph.values, graph.width, seasonPeriod);
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
  hooks?.onProgress?.({
    phase: "mixture",
    step: 1,
    total: 1,
    metrics: { clusters: fitted.mixture.weight.length, ...fitted.bound },
  });
  throwIfCancelled(hooks);

  const posteriors = scoreEvidence(fitted.mixture, evidence.slice(0, dynamicsShops), "predictive");
  const base: DynamicsOptions = {
    design: designOptions(settings, response.values, response.width, seasonPeriod),
    slab: fitted.mixture.slab,
    slabVariance,
    nuisance: null,
    response: null,
    sets: forecastSets,
  };
  const fit = (with_: DynamicsOptions) =>
    posteriors.map((posterior, s) => shopDynamics(long[s]!, nodes, evidence[s]!, posterior.sets, with_));
  const nuisance = nuisancePrior(fit(base));
  const contexts = posteriors.map((_, s) => (settings.useContext ? (long[s]!.context ?? []) : []));
  const prior = responsePrior(fit({ ...base, nuisance }), contexts, response.width);
  const tested: DynamicsOptions = { ...base, nuisance, response: prior };
  const tests = posteriors.slice(0, testedShops).flatMap(({ sets }, s) => {
    const shop = settings.useContext ? long[s]! : { ...long[s]!, context: [] };
    return backTests(shop, nodes, need, settings, seasonPeriod, (cut) =>
      shopDynamics(cut, nodes, evidence[s]!, sets, tested),
    );
  });
  return {
    schema: "mmm.granger-vi/v2",
    layout,
    settings,
    seasonPeriod,
    graphDirections: graph.values,
    graphWidth: graph.width,
    responseDirections: response.values,
    responseWidth: response.width,
    mixture: fitted.mixture,
    nuisance,
    response: prior,
    calibration: calibrateForecasts(tests, nodes),
    bound: fitted.bound,
    tried,
    learnedFrom: long.length,
    diagnostics: diagnose(seen, sample.length - long.length, seasonPeriod, fitted, need),
  };
}

/** Design of a model or of a fit in progress. */
export function designOptions(
  settings: Pick<ResolvedSettings, "shapes" | "ownLags" | "harmonics">,
  directions: Float64Array,
  width: number,
  seasonPeriod: number,
): DesignOptions {
  const { shapes, ownLags, harmonics } = settings;
  return { shapes, directions, width, ownLags, seasonPeriod, harmonics };
}

/** The response shapes, delayed ones only where the bound of a mixture with one cluster is better for them. */
function chooseShapes(
  shops: readonly Shop[],
  nodes: number,
  settings: ResolvedSettings & Pick<GivenSettings, "delayedShapes">,
  seasonPeriod: number,
  allowed: AllowedEdges,
) {
  const first = shops.slice(0, 300);
  const wide = settings.shapes.some(({ delay }) => delay !== settings.shapes[0]!.delay) ? 2 : 1;
  const plain = { shapes: settings.shapes, graph: principalDirections(first, nodes, settings.shapes, wide) };
  if (settings.delayedShapes.length === 0) return plain;
  const delayed = {
    shapes: settings.delayedShapes,
    graph: principalDirections(first, nodes, settings.delayedShapes, 2),
  };
  const [without, with_] = [plain, delayed].map(({ shapes, graph }) => {
    const design = designOptions({ ...settings, shapes }, graph.values, graph.width, seasonPeriod);
    const evidence = shops.slice(0, shapeShops).map((shop) => shopEvidence(shop, nodes, design, slabVariance, allowed));
    return fitMixture(firstMixture(nodes, settings), evidence).bound.elbo;
  });
  return with_! > without! ? delayed : plain;
}

/** Sources each target may and must have. */
export function allowedEdges(layout: ShopLayout, settings: Pick<ResolvedSettings, "constraints">): AllowedEdges {
  const size = layout.nodes.length;
  const index = layout.nodes.map((_, i) => i);
  const { allowed, required } = edgeRules(layout.nodes, settings.constraints ?? undefined);
  return {
    sources: index.map((to) => index.filter((from) => from !== to && allowed[from * size + to] === 1)),
    required: index.map((to) => index.filter((from) => required[from * size + to] === 1)),
  };
}

function firstMixture(nodes: number, settings: ResolvedSettings): GraphMixture {
  const edges = nodes * nodes;
  const prior: MixturePrior = {
    present: new Float64Array(edges).fill(edgeStrength * settings.edgePrior),
    absent: new Float64Array(edges).fill(edgeStrength * (1 - settings.edgePrior)),
    weight: 1,
    slabVariance,
  };
  return singleCluster(nodes, prior, { ...firstSlab, positive: new Float64Array(edges).fill(0.5) });
}

function fitPopulation(
  evidence: readonly ShopEvidence[],
  nodes: number,
  settings: ResolvedSettings,
): { fitted: FittedMixture; tried: GrangerModel["tried"] } {
  const start = firstMixture(nodes, settings);
  if (settings.sharing === "none") {
    const posteriors = scoreEvidence(start, evidence);
    const bound = evidenceBound(start, posteriors);
    return { fitted: { mixture: start, bound, posteriors, iterations: 0, converged: true }, tried: [] };
  }
  const single = fitMixture(start, evidence);
  return searchMixture(single, evidence, {
    seed: settings.seed,
    clusters: settings.clusters,
    restarts: settings.restarts,
    strength: clusterStrength,
    searchShops,
  });
}

/** Every shop has the same chance to be in the sample, whatever their number. */
export async function sampleShops(
  source: ShopSource,
  layout: ShopLayout,
  settings: Pick<ResolvedSettings, "seed" | "learnShops" | "blockShops">,
  hooks: RunHooks | undefined,
): Promise<{ sample: Shop[]; seen: number }> {
  const random = createRandom(settings.seed).split("sample");
  const sample: Shop[] = [];
  const units = new Set<string>();
  let seen = 0;
  for await (const block of shopBlocks(source, settings.blockShops)) {
    throwIfCancelled(hooks);
    for (const shop of block) {
      checkShop(shop, layout);
      if (units.has(shop.unit)) {
        throw dataError(
          "DUPLICATE_UNIT",
          `Two shops are named '${shop.unit}'.`,
          "Rename one, or join their rows before passing them.",
          { unit: shop.unit },
        );
      }
      units.add(shop.unit);
      seen++;
      if (sample.length < settings.learnShops) sample.push(shop);
      else {
        const place = random.integer(seen);
        if (place < settings.learnShops) sample[place] = shop;
      }
    }
    hooks?.onProgress?.({ phase: "read", step: seen, total: 0 });
  }
  if (seen === 0) throw dataError("NO_SHOPS", "There are no shops to learn from.", "Pass at least one shop.");
  return { sample, seen };
}

function diagnose(
  seen: number,
  short: number,
  seasonPeriod: number,
  fitted: FittedMixture,
  need: number,
): Diagnostic[] {
  const found: Diagnostic[] = [];
  if (seen < 8) {
    found.push({
      severity: "warning",
      code: "FEW_SHOPS",
      message: `Only ${seen} shop(s): the prior graph is hardly learned, so each shop stands almost alone.`,
      fix: "Add shops of the same kind, or a longer history.",
    });
  }
  if (short > 0) {
    found.push({
      severity: "warning",
      code: "SHORT_SERIES",
      message: `${short} sampled shop(s) have fewer than ${need} steps and were left out of learning; scoring gives them the prior.`,
      fix: "Nothing, if newcomers should get the average graph; otherwise give longer histories.",
    });
  }
  if (seasonPeriod > 0) {
    found.push({
      severity: "info",
      code: "SEASON",
      message: `A season of ${seasonPeriod} steps is part of every regression.`,
      fix: "Set seasonPeriod to 0 if there is none.",
    });
  }
  if (!fitted.converged) {
    found.push({
      severity: "warning",
      code: "NOT_CONVERGED",
      message: `The mixture was still improving after ${fitted.iterations} iterations.`,
      fix: "Treat small differences between clusters with care.",
    });
  }
  return found;
}
