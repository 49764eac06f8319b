// What every shop's regressions look like, decided once for all shops: season, own past, tails of the noise, response
// shapes and the directions that carry them.

import { type AllowedEdges, allowedEdges } from "../evidence/allowed-edges.js";
import { type DesignOptions, deterministicTerms } from "../evidence/design.js";
import { shopEvidence } from "../evidence/shop-evidence.js";
import { detectTails } from "../evidence/tails.js";
import { fitMixture } from "../mixture/graph-mixture.js";
import { type Directions, principalDirections } from "../response/rotation.js";
import type { ResponseShape } from "../response/shapes.js";
import { detectOwnLags } from "../season/own-lags.js";
import { detectSeason } from "../season/period.js";
import { stepsNeeded } from "../shops/check.js";
import type { Shop, ShopLayout } from "../shops/shop.js";
import { firstMixture, slabVariance } from "./population.js";
import type { GivenSettings, ResolvedSettings } from "./settings.js";

const seasonShops = 300;
/** Shops that decide on tails and delays. */
const shapeShops = 40;

/** Period of the season and number of own past steps: what a history must be long enough for. */
export interface TimeForm {
  readonly seasonPeriod: number;
  readonly ownLags: number;
  /** Steps that a history needs. */
  readonly need: number;
}

export interface RegressionForm {
  readonly shapes: readonly ResponseShape[];
  readonly graph: Directions;
  readonly degrees: Float64Array;
}

/** Season and own past, as given or as found. */
export function timeForm(shops: readonly Shop[], nodes: number, given: GivenSettings): TimeForm {
  const first = shops.slice(0, seasonShops);
  const seasonPeriod = given.seasonPeriod === "auto" ? detectSeason(first, nodes) : given.seasonPeriod;
  const ownLags = given.ownLags === "auto" ? detectOwnLags(first, nodes) : given.ownLags;
  const terms = deterministicTerms(0, 2, seasonPeriod, given.harmonics).length;
  return { seasonPeriod, ownLags, need: stepsNeeded(ownLags, terms) };
}

/** Design of a model or of a fit in progress. */
export function designOptions(
  settings: Pick<ResolvedSettings, "shapes" | "ownLags" | "harmonics">,
  directions: Pick<Directions, "values" | "width">,
  seasonPeriod: number,
  degrees?: Float64Array,
): DesignOptions {
  const { shapes, ownLags, harmonics } = settings;
  const { values, width } = directions;
  return { shapes, directions: values, width, ownLags, seasonPeriod, harmonics, ...(degrees && { degrees }) };
}

/** Tails, and response shapes: delayed ones only where the bound of a mixture with one cluster is better for them. */
export function regressionForm(
  shops: readonly Shop[],
  layout: ShopLayout,
  given: GivenSettings,
  { seasonPeriod, ownLags }: TimeForm,
): RegressionForm {
  const nodes = layout.nodes.length;
  const first = shops.slice(0, seasonShops);
  const few = shops.slice(0, shapeShops);
  const wide = given.shapes.some(({ delay }) => delay !== given.shapes[0]!.delay) ? 2 : 1;
  const settings = { ...given, ownLags };
  const plain = { shapes: given.shapes, graph: principalDirections(first, nodes, given.shapes, wide) };
  const degrees =
    given.noise === "student"
      ? detectTails(few, nodes, designOptions(settings, plain.graph, seasonPeriod), 1 / slabVariance)
      : new Float64Array(nodes);
  if (given.delayedShapes.length === 0) return { ...plain, degrees };
  const delayed = { shapes: given.delayedShapes, graph: principalDirections(first, nodes, given.delayedShapes, 2) };
  const allowed: AllowedEdges = allowedEdges(layout, given);
  const [without, with_] = [plain, delayed].map(({ shapes, graph }) => {
    const design = designOptions({ ...settings, shapes }, graph, seasonPeriod, degrees);
    const evidence = few.map((shop) => shopEvidence(shop, nodes, design, slabVariance, allowed));
    return fitMixture(firstMixture(nodes, given), evidence).bound.elbo;
  });
  return { ...(with_! > without! ? delayed : plain), degrees };
}
