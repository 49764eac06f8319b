// What shops have in common in how they move: usual own past, responses and their dependence on context, and what
// back-tests inside the histories teach about forecasts.

import type { DesignOptions } from "../evidence/design.js";
import { backTests } from "../forecast/back-tests.js";
import { calibrateForecasts, type ForecastCalibration } from "../forecast/calibration.js";
import {
  type DynamicsOptions,
  type NuisancePrior,
  nuisancePrior,
  type ResponsePrior,
  responsePrior,
  shopDynamics,
} from "../forecast/dynamics.js";
import { type GraphMixture, scoreEvidence } from "../mixture/graph-mixture.js";
import type { ShopEvidence } from "../mixture/shop-posterior.js";
import type { Shop } from "../shops/shop.js";
import type { TimeForm } from "./regression-form.js";
import type { ResolvedSettings } from "./settings.js";

const dynamicsShops = 300;
/** Shops whose forecasts are tested inside their histories. */
const testedShops = 100;

/** Sets kept per target when forecasting. */
export const forecastSets = 12;

export interface LearnedDynamics {
  readonly nuisance: NuisancePrior;
  readonly response: ResponsePrior;
  readonly calibration: ForecastCalibration | null;
}

/** Fit the first shops without a prior, learn one from them, and test its forecasts. */
export function learnDynamics(
  shops: readonly Shop[],
  evidence: readonly ShopEvidence[],
  mixture: GraphMixture,
  design: DesignOptions,
  settings: ResolvedSettings,
  { seasonPeriod, need }: TimeForm,
): LearnedDynamics {
  const { nodes, slab } = mixture;
  const posteriors = scoreEvidence(mixture, evidence.slice(0, dynamicsShops), "predictive");
  const base: DynamicsOptions = {
    design,
    slab,
    slabVariance: mixture.prior.slabVariance,
    nuisance: null,
    response: null,
    sets: forecastSets,
  };
  const fit = (options: DynamicsOptions) =>
    posteriors.map((posterior, s) => shopDynamics(shops[s]!, nodes, evidence[s]!, posterior.sets, options));
  const nuisance = nuisancePrior(fit(base));
  const contexts = posteriors.map((_, s) => (settings.useContext ? (shops[s]!.context ?? []) : []));
  const response = responsePrior(fit({ ...base, nuisance }), contexts, design.width);
  const tested: DynamicsOptions = { ...base, nuisance, response };
  const tests = posteriors.slice(0, testedShops).flatMap(({ sets }, s) => {
    const shop = settings.useContext ? shops[s]! : { ...shops[s]!, context: [] };
    return backTests(shop, nodes, need, settings, seasonPeriod, (cut) =>
      shopDynamics(cut, nodes, evidence[s]!, sets, tested),
    );
  });
  return { nuisance, response, calibration: calibrateForecasts(tests, nodes) };
}
