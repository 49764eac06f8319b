// Forecast errors of the target after a cut in time: everything is fitted on steps before the cut and rolled forward from
// every third later step. Errors are in standard deviations of the fitted history.

import { discoverShops, forecastShop, type GrangerViSettings } from "@mmm/causal-granger-vi";
import { type Forecaster, historyMean, lastValue, ridgeVar, seasonalNaive } from "./baseline/forecasts.js";
import type { ShopWorld } from "./generate/shop-world.js";

const horizons = [1, 3, 7, 30];
const stride = 3;

export async function forecastTable(
  label: string,
  world: ShopWorld,
  cuts: readonly number[],
  settings: GrangerViSettings = {},
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
    const { model, shops } = await discoverShops(histories, { nodes, target, contextNames }, settings);
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
      const steps = shop.values.length / size;
      for (let origin = cut; origin < steps; origin += stride) {
        const horizon = Math.min(30, steps - origin);
        const seen = { ...histories[s]!, values: shop.values.slice(0, origin * size) };
        const forecast = forecastShop(model, seen, shops[s]!, { horizon });
        const rows: [string, Float64Array][] = [
          ["granger-vi", forecast.mean.map((value, i) => (value - centre[i % size]!) / sd[i % size]!)],
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
      for (const name of ["granger-vi", ...methods.map(([method]) => method)])
        for (const h of horizons) add(name, h, squares.get(`${name}@${h}`) ?? []);
    });
    console.log(`\n${label}, fitted on ${cut} steps; 90 % interval covers ${((100 * inside) / counted).toFixed(1)} %`);
    for (const name of ["granger-vi", ...methods.map(([method]) => method)]) {
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
      const ours = errors.get(`granger-vi@${h}`);
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
