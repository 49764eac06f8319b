// Families the engine was not made for: Lorenz-96 (products of neighbours) and a linear structural VAR with same-step and
// two-lag effects. Every "shop" is its own system.

import { createRandom } from "@mmm/core";
import type { ShopWorld } from "./shop-world.js";

/** Lorenz-96 with forcing F: dx_i = (x_{i+1} − x_{i−2}) x_{i−1} − x_i + F; Runge–Kutta, one graph for all. */
export function lorenz96(seed: number, shops: number, nodes = 10, steps = 250, forcing = 10): ShopWorld {
  const random = createRandom(seed).split("lorenz");
  const at = (i: number) => (i + nodes) % nodes;
  const slope = (x: Float64Array) =>
    x.map((value, i) => (x[at(i + 1)]! - x[at(i - 2)]!) * x[at(i - 1)]! - value + forcing);
  const add = (x: Float64Array, d: Float64Array, h: number) => x.map((value, i) => value + h * d[i]!);
  const weights = new Float64Array(nodes * nodes);
  for (let i = 0; i < nodes; i++) for (const from of [i + 1, i - 1, i - 2]) weights[at(from) * nodes + i] = 1;
  const shopList = Array.from({ length: shops }, (_, s) => {
    let x = Float64Array.from({ length: nodes }, () => forcing / 4 + random.normal());
    const values = new Float64Array(steps * nodes);
    for (let t = -100; t < steps; t++) {
      for (let inner = 0; inner < 2; inner++) {
        const h = 0.025;
        const k1 = slope(x);
        const k2 = slope(add(x, k1, h / 2));
        const k3 = slope(add(x, k2, h / 2));
        const k4 = slope(add(x, k3, h));
        x = x.map((value, i) => value + (h / 6) * (k1[i]! + 2 * k2[i]! + 2 * k3[i]! + k4[i]!));
      }
      if (t >= 0) for (let i = 0; i < nodes; i++) values[t * nodes + i] = x[i]! + 0.1 * random.normal();
    }
    return { unit: String(s), cluster: 0, values, context: [], weights };
  });
  return world(nodes, steps, shopList);
}

/** Linear VAR: lag-one and lag-two effects, an own graph per shop, density 0.2, signs mixed; lags are the truth. */
export function sparseVar(seed: number, shops: number, nodes = 8, steps = 150): ShopWorld {
  const random = createRandom(seed).split("svar");
  const shopList = Array.from({ length: shops }, (_, s) => {
    const weights = new Float64Array(nodes * nodes);
    const lag = new Uint8Array(nodes * nodes);
    for (let e = 0; e < weights.length; e++) {
      if (e % nodes === Math.floor(e / nodes) || random.uniform() > 0.2) continue;
      weights[e] = (random.uniform() < 0.5 ? -1 : 1) * (0.2 + 0.3 * random.uniform());
      lag[e] = random.uniform() < 0.7 ? 1 : 2;
    }
    const values = new Float64Array(steps * nodes);
    const past = [new Float64Array(nodes), new Float64Array(nodes)];
    for (let t = -100; t < steps; t++) {
      const next = Float64Array.from({ length: nodes }, (_, to) => {
        let value = 0.3 * past[0]![to]! + random.normal();
        for (let from = 0; from < nodes; from++) {
          const e = from * nodes + to;
          if (weights[e] !== 0) value += weights[e]! * Math.max(-5, Math.min(5, past[lag[e]! - 1]![from]!));
        }
        return value;
      });
      past.unshift(next);
      past.pop();
      if (t >= 0) values.set(next, t * nodes);
    }
    return { unit: String(s), cluster: s, values, context: [], weights };
  });
  return world(nodes, steps, shopList);
}

function world(nodes: number, steps: number, shops: ShopWorld["shops"]): ShopWorld {
  const names = Array.from({ length: nodes }, (_, i) => `v${i}`);
  return { nodes: names, channels: names.slice(0, -1), target: names.at(-1)!, contextNames: [], steps, shops };
}
