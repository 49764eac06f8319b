// Forecast errors of the target after a cut in time: everything is fitted on steps before the cut and rolled forward from
// every third later step. Errors are in standard deviations of the fitted history.

import {
  discoverShops,
  type Forecast,
  forecastNeural,
  forecastShop,
  type GrangerViSettings,
  learnNeural,
  type NeuralSettings,
  type Shop,
  type ShopLayout,
} from "@mmm/causal-granger-vi";
import { onnxEngine } from "@mmm/tensor-onnx";
import { type Forecaster, historyMean, lastValue, ridgeVar, seasonalNaive } from "./baseline/forecasts.js";
import type { ShopWorld } from "./generate/shop-world.js";

const horizons = [1, 3, 7, 30];
const stride = 3;

/** Learns from histories, then forecasts the same shops from longer ones, in the same order. */
export type Learner = (
  histories: readonly Shop[],
  layout: ShopLayout,
) => Promise<(seen: readonly Shop[], horizon: number) => Promise<readonly Forecast[]>>;

export const exactLearner =
  (settings: GrangerViSettings = {}): Learner =>
  async (histories, layout) => {
    const { model, shops } = await discoverShops(histories, layout, settings);
    return async (seen, horizon) => seen.map((shop, s) => forecastShop(model, shop, shops[s]!, { horizon }));
  };

export const neuralLearner =
  (settings: NeuralSettings = {}): Learner =>
  async (histories, layout) => {
    const engine = onnxEngine();
    const model = await learnNeural(histories, layout, { steps: 200, ...settings, engine });
    return (seen, horizon) => forecastNeural(model, seen, { horizon }, engine);
  };

export async function forecastTable(
  label: string,
  world: ShopWorld,
  cuts: readonly number[],
  learn: Learner = exactLearner(),
  onlyOurs = false,
): Promise<void> {
  const { nodes, target, contextNames } = world;
  const size = nodes.length;
  const t = nodes.indexOf(target);
  for (const cut of cuts) {
    const histories = world.shops.map(({ unit, values, context }) => ({
      unit,
      context,
      values: values.slice(0, cut * size),
    }));
    const ahead = await learn(histories, { nodes, target, contextNames });
    const origins: number[] = [];
    for (let origin = cut; origin < world.steps; origin += stride) origins.push(origin);
    const forecasts = new Map<number, readonly Forecast[]>();
    for (const origin of origins) {
      const seen = histories.map((shop, s) => ({ ...shop, values: world.shops[s]!.values.slice(0, origin * size) }));
      forecasts.set(origin, await ahead(seen, Math.min(30, world.steps - origin)));
    }
    const methods: [string, Forecaster][] = onlyOurs
      ? []
      : [
          ["ridge VAR(1)", ridgeVar],
          ["last value", lastValue],
          ["mean", historyMean],
          ["seasonal naive (7)", seasonalNaive(7)],
        ];
    /** Mean squared error of each shop, in the order of the shops. */
    const errors = new Map<string, number[]>();
    const add = (method: string, horizon: number, squares: readonly number[]) => {
      if (squares.length === 0) return;
      const key = `${method}@${horizon}`;
      errors.set(key, [...(errors.get(key) ?? []), mean(squares)]);
    };
    let inside = 0;
    let counted = 0;
    world.shops.forEach((shop, s) => {
      const { centre, sd } = momentsOf(histories[s]!.values, size);
      const z = shop.values.map((value, i) => (value - centre[i % size]!) / sd[i % size]!);
      const squares = new Map<string, number[]>();
      for (const origin of origins) {
        const forecast = forecasts.get(origin)![s]!;
        const { horizon } = forecast;
        const rows: [string, Float64Array][] = [
          ["ours", forecast.mean.map((value, i) => (value - centre[i % size]!) / sd[i % size]!)],
          ...methods.map(([name, method]): [string, Float64Array] => {
            const fitted = z.slice(0, cut * size);
            const past = name === "last value" || name.startsWith("seasonal") ? z.slice(0, origin * size) : fitted;
            return [name, method(past, size, horizon, z.slice((origin - 1) * size, origin * size))];
          }),
        ];
        for (const h of horizons) {
          if (h > horizon) continue;
          for (const [name, values] of rows) {
            const key = `${name}@${h}`;
            const error = values[(h - 1) * size + t]! - z[(origin + h - 1) * size + t]!;
            squares.set(key, [...(squares.get(key) ?? []), error * error]);
          }
        }
        for (let h = 0; h < horizon; h++) {
          const actual = shop.values[(origin + h) * size + t]!;
          counted++;
          if (actual >= forecast.lower[h * size + t]! && actual <= forecast.upper[h * size + t]!) inside++;
        }
      }
      for (const name of ["ours", ...methods.map(([method]) => method)])
        for (const h of horizons) add(name, h, squares.get(`${name}@${h}`) ?? []);
    });
    console.log(`\n${label}, fitted on ${cut} steps; 90 % interval covers ${((100 * inside) / counted).toFixed(1)} %`);
    for (const name of ["ours", ...methods.map(([method]) => method)]) {
      const cells = horizons
        .map((h) => ({ h, own: errors.get(`${name}@${h}`) }))
        .filter(({ own }) => own)
        .map(({ h, own }) => `@${h} ${mean(own!).toFixed(3)}`);
      console.log(`  ${name.padEnd(20)} ${cells.join("  ")}`);
    }
    if (methods.length > 0) console.log(`  against the best      ${againstBest(errors, methods)}`);
  }
}

/** Difference from the best other method at each horizon, with the standard error of the paired difference over shops. */
function againstBest(errors: ReadonlyMap<string, number[]>, methods: readonly [string, Forecaster][]): string {
  return horizons
    .flatMap((h) => {
      const ours = errors.get(`ours@${h}`);
      if (!ours) return [];
      const [best] = methods.map(([name]) => errors.get(`${name}@${h}`)!).sort((a, b) => mean(a) - mean(b));
      const gaps = ours.map((value, s) => value - best![s]!);
      const middle = mean(gaps);
      const spread = Math.sqrt(mean(gaps.map((gap) => (gap - middle) ** 2)) / gaps.length);
      return [`@${h} ${middle.toFixed(3)} ± ${spread.toFixed(3)}`];
    })
    .join("  ");
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function momentsOf(values: Float64Array, size: number) {
  const steps = values.length / size;
  const centre = new Float64Array(size);
  const sd = new Float64Array(size);
  values.forEach((value, i) => {
    centre[i % size]! += value / steps;
  });
  values.forEach((value, i) => {
    sd[i % size]! += (value - centre[i % size]!) ** 2 / steps;
  });
  return { centre, sd: sd.map((variance) => Math.sqrt(variance) || 1) };
}
