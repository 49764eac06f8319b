// Forecasts of the neural engine: roll-outs, corrected by what back-tests inside the histories taught.

import { eagerEngine, type TensorEngine } from "@mmm/tensor";
import { deterministicTerms } from "../evidence/design.js";
import { testOrigins } from "../forecast/back-tests.js";
import { type BackTest, calibrated, calibrateForecasts, type ForecastCalibration } from "../forecast/calibration.js";
import type { Forecast, ForecastOptions } from "../forecast/roll-out.js";
import { seriesScale } from "../response/shapes.js";
import { stepsNeeded } from "../shops/check.js";
import { nodeSeries, type Shop, shopSteps } from "../shops/shop.js";
import type { NeuralModel } from "./model.js";
import { rollOutNeural } from "./roll-out-neural.js";

const testedShops = 100;
const testDraws = 60;

/**
 * Forecast every node of each shop from the end of its history.
 *
 * @param options `future` holds plans `[horizon, nodes]`, the same for every shop
 * @example const [forecast] = await forecastNeural(model, [shop], { horizon: 7 });
 */
export async function forecastNeural(
  model: NeuralModel,
  shops: readonly Shop[],
  options: ForecastOptions,
  engine: TensorEngine = eagerEngine(),
): Promise<Forecast[]> {
  const forecasts = await rollOutNeural(model, shops, options, engine);
  const { forecasts: calibration } = model;
  if (!calibration) return forecasts;
  return forecasts.map((forecast, s) => {
    const scales = scalesOf(shops[s]!, model);
    const centre = Float64Array.from(scales, ({ mean }) => mean);
    const nonNegative = scales.map((scale) => scale.nonNegative);
    return calibrated(forecast, calibration, centre, nonNegative, options.future !== undefined);
  });
}

/**
 * What roll-outs from within the histories teach about forecasts; null when all histories are too short. The network
 * was trained on whole histories, so the held-back steps are new to a shop's encoding but not to the parameters that
 * all shops share.
 */
export async function testForecasts(
  model: NeuralModel,
  shops: readonly Shop[],
  engine: TensorEngine,
): Promise<ForecastCalibration | null> {
  const { design } = model;
  const nodes = model.layout.nodes.length;
  const need = stepsNeeded(design.ownLags, deterministicTerms(0, 2, design.seasonPeriod, design.harmonics).length);
  const cuts = shops.slice(0, testedShops).flatMap((shop) =>
    testOrigins(shopSteps(shop, nodes), need).map((origin) => ({
      before: { ...shop, values: shop.values.slice(0, origin * nodes) },
      after: shop.values.slice(origin * nodes),
    })),
  );
  if (cuts.length === 0) return null;
  const horizon = cuts.reduce((most, { after }) => Math.max(most, after.length / nodes), 0);
  const rolled = await rollOutNeural(
    model,
    cuts.map(({ before }) => before),
    { horizon, draws: testDraws },
    engine,
  );
  const tests = cuts.map(({ before, after }, c): BackTest => {
    const actual = new Float64Array(horizon * nodes).fill(Number.NaN);
    actual.set(after);
    const scales = scalesOf(before, model);
    return {
      forecast: rolled[c]!,
      actual,
      centre: Float64Array.from(scales, ({ mean }) => mean),
      spread: Float64Array.from(scales, ({ sd }) => sd),
    };
  });
  return calibrateForecasts(tests, nodes);
}

const scalesOf = (shop: Shop, { layout: { nodes } }: NeuralModel) =>
  nodes.map((_, node) => seriesScale(nodeSeries(shop, node, nodes.length)));
