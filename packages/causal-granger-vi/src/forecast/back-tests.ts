import { createRandom } from "@mmm/core";
import { type Shop, shopSteps } from "../shops/shop.js";
import type { BackTest } from "./calibration.js";
import type { ShopDynamics } from "./dynamics.js";
import { type RollOutSettings, rollOut } from "./roll-out.js";

const longest = 30;
const heldBack = 0.3;
const draws = 60;

/** Steps from which a history's last third or so is forecast; none when the rest is too short to fit. */
export function testOrigins(steps: number, need: number): readonly number[] {
  const held = Math.min(longest, Math.floor(heldBack * steps));
  const start = steps - held;
  return held < 4 || start < need + 10 ? [] : [start, start + Math.floor(held / 2)];
}

/**
 * Roll-outs inside one history: fitted on what comes before the last third or so, from its end and from half-way on.
 *
 * @param need steps a fit needs
 * @param fit dynamics of the cut history
 */
export function backTests(
  shop: Shop,
  nodes: number,
  need: number,
  settings: Omit<RollOutSettings, "seasonPeriod"> & { readonly seed: number },
  seasonPeriod: number,
  fit: (cut: Shop) => ShopDynamics,
): BackTest[] {
  const steps = shopSteps(shop, nodes);
  const origins = testOrigins(steps, need);
  if (origins.length === 0) return [];
  const until = (step: number): Shop => ({ ...shop, values: shop.values.slice(0, step * nodes) });
  const dynamics = fit(until(origins[0]!));
  const random = createRandom(settings.seed).split(`back-test ${shop.unit}`);
  return origins.map((origin) => ({
    forecast: rollOut(until(origin), dynamics, { ...settings, seasonPeriod }, random, {
      horizon: steps - origin,
      draws,
    }),
    actual: shop.values.slice(origin * nodes),
    centre: dynamics.design.centre,
    spread: dynamics.design.spread,
  }));
}
