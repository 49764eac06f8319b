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
    const errors = new Map<string, { sum: number; count: number }>();
    const add = (method: string, horizon: number, error: number) => {
      const key = `${method}@${horizon}`;
      const entry = errors.get(key) ?? { sum: 0, count: 0 };
      entry.sum += error * error;
      entry.count++;
      errors.set(key, entry);
    };
    let inside = 0;
    let counted = 0;
    world.shops.forEach((shop, s) => {
      const { mean, sd } = momentsOf(histories[s]!.values, size);
      const z = shop.values.map((value, i) => (value - mean[i % size]!) / sd[i % size]!);
      const steps = shop.values.length / size;
      for (let origin = cut; origin < steps; origin += stride) {
        const horizon = Math.min(30, steps - origin);
        const seen = { ...histories[s]!, values: shop.values.slice(0, origin * size) };
        const forecast = forecastShop(model, seen, shops[s]!, { horizon });
        const rows: [string, Float64Array][] = [
          ["granger-vi", forecast.mean.map((value, i) => (value - mean[i % size]!) / sd[i % size]!)],
          ...methods.map(([name, method]): [string, Float64Array] => {
            const fitted = z.slice(0, cut * size);
            const past = name === "last value" || name.startsWith("seasonal") ? z.slice(0, origin * size) : fitted;
            return [name, method(past, size, horizon, z.slice((origin - 1) * size, origin * size))];
          }),
        ];
        for (const h of horizons) {
          if (h > horizon) continue;
          for (const [name, values] of rows)
            add(name, h, values[(h - 1) * size + t]! - z[(origin + h - 1) * size + t]!);
        }
        for (let h = 0; h < horizon; h++) {
          const actual = shop.values[(origin + h) * size + t]!;
          counted++;
          if (actual >= forecast.lower[h * size + t]! && actual <= forecast.upper[h * size + t]!) inside++;
        }
      }
    });
    console.log(`\n${label}, fitted on ${cut} steps; 90 % interval covers ${((100 * inside) / counted).toFixed(1)} %`);
    for (const name of ["granger-vi", ...methods.map(([method]) => method)]) {
      const cells = horizons
        .map((h) => ({ h, entry: errors.get(`${name}@${h}`) }))
        .filter(({ entry }) => entry)
        .map(({ h, entry }) => `@${h} ${(entry!.sum / entry!.count).toFixed(3)}`);
      console.log(`  ${name.padEnd(20)} ${cells.join("  ")}`);
    }
  }
}

function momentsOf(values: Float64Array, size: number) {
  const steps = values.length / size;
  const mean = new Float64Array(size);
  const sd = new Float64Array(size);
  values.forEach((value, i) => {
    mean[i % size]! += value / steps;
  });
  values.forEach((value, i) => {
    sd[i % size]! += (value - mean[i % size]!) ** 2 / steps;
  });
  return { mean, sd: sd.map((variance) => Math.sqrt(variance) || 1) };
}
