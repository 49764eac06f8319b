// Simulated shops with a known graph each: clusters of graphs with rewired edges, carry-over per edge, saturation whose
// shape depends on the shop's context, bursts of spend, an optional season and, on request, negative effects. Every shop
// has its own graph, weights, decays and noise: no series is ever repeated. In the spirit of the generator of CausalMMM
// (Gong et al. 2024), which was not published.

import { createRandom, type Random } from "@mmm/core";

export interface ShopWorldOptions {
  readonly seed: number;
  readonly shops: number;
  readonly steps: number;
  readonly channels?: number;
  readonly mediators?: number;
  readonly clusters: number;
  /** Share of each shop's edges that get another cause; the target is never a cause. */
  readonly rewired: number;
  /** Amplitude of a season of period 7 on mediators and target; 0 for none. */
  readonly season: number;
  /** Share of edges with a negative effect. */
  readonly negative?: number;
  /** Shops without any edge at all, appended after the others. */
  readonly noiseShops?: number;
  /** Number of the first shop, so that a large world can be made block by block. Default 0. */
  readonly firstShop?: number;
}

interface TrueShop {
  readonly unit: string;
  readonly cluster: number;
  /** Row-major `[steps, nodes]`. */
  readonly values: Float64Array;
  readonly context: readonly number[];
  /** Row-major `[from, to]`: 0 where there is no edge, otherwise the signed weight. */
  readonly weights: Float64Array;
}

export interface ShopWorld {
  readonly nodes: readonly string[];
  readonly channels: readonly string[];
  readonly target: string;
  readonly contextNames: readonly string[];
  readonly steps: number;
  readonly shops: readonly TrueShop[];
}

interface EdgePlan {
  readonly from: number;
  readonly to: number;
  readonly sign: number;
}

/** The named worlds of the benchmark. */
export const worlds: Readonly<
  Record<"easy" | "hard" | "mixed", Pick<ShopWorldOptions, "clusters" | "rewired" | "season" | "negative">>
> = {
  easy: { clusters: 4, rewired: 0, season: 0 },
  hard: { clusters: 6, rewired: 0.2, season: 0.08 },
  mixed: { clusters: 6, rewired: 0.2, season: 0.08, negative: 0.4 },
};

/** Simulate a world; the same options give the same numbers. */
export function simulateShops(options: ShopWorldOptions): ShopWorld {
  const { channels = 5, mediators = 2, noiseShops = 0, negative = 0, firstShop = 0 } = options;
  const random = createRandom(options.seed);
  const layout = { channels, mediators, nodes: channels + mediators + 1 };
  const graphs = Array.from({ length: options.clusters }, (_, k) =>
    clusterGraph(layout, negative, random.split(`graph ${k}`)),
  );
  const shops = Array.from({ length: options.shops + noiseShops }, (_, index) => {
    const s = firstShop + index;
    const own = random.split(`shop ${s}`);
    const cluster = index < options.shops ? s % options.clusters : -1;
    const edges = cluster < 0 ? [] : rewire(graphs[cluster]!, options.rewired, negative, layout, own);
    return simulateShop(String(s), cluster, edges, layout, options, own);
  });
  return {
    nodes: [...names("x", channels), ...names("m", mediators), "gmv"],
    channels: names("x", channels),
    target: "gmv",
    contextNames: ["context0", "context1"],
    steps: options.steps,
    shops,
  };
}

const names = (stem: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${stem}${i}`);

interface Layout {
  readonly channels: number;
  readonly mediators: number;
  readonly nodes: number;
}

function clusterGraph({ channels, mediators, nodes }: Layout, negative: number, random: Random): EdgePlan[] {
  const edges: EdgePlan[] = [];
  const sign = () => (random.uniform() < negative ? -1 : 1);
  const attach = (to: number, candidates: readonly number[], count: number) => {
    for (const from of random.shuffle(candidates).slice(0, count)) edges.push({ from, to, sign: sign() });
  };
  const range = (start: number, end: number) => Array.from({ length: end - start }, (_, i) => start + i);
  const target = nodes - 1;
  attach(target, range(0, target), 3 + random.integer(3));
  for (let m = channels; m < target; m++) {
    attach(m, possibleCauses(m, channels, target, random), 2 + random.integer(Math.max(1, mediators)));
  }
  for (let pick = 1 + random.integer(3); pick > 0; pick--) {
    const [from, to] = random.shuffle(range(0, channels));
    if (!edges.some((edge) => edge.from === from && edge.to === to)) edges.push({ from: from!, to: to!, sign: sign() });
  }
  return edges;
}

/** Channels are driven by channels, mediators by channels and now and then a mediator, the target by anything else. */
function possibleCauses(node: number, channels: number, target: number, random: Random): number[] {
  const end = node === target || (node >= channels && random.uniform() < 0.1) ? target : channels;
  return Array.from({ length: end }, (_, from) => from).filter((from) => from !== node);
}

function rewire(graph: readonly EdgePlan[], share: number, negative: number, layout: Layout, random: Random) {
  const { channels, nodes } = layout;
  const edges = [...graph];
  for (let e = 0; e < edges.length; e++) {
    if (random.uniform() >= share) continue;
    for (;;) {
      const { to } = edges[e]!;
      const [from] = random.shuffle(possibleCauses(to, channels, nodes - 1, random));
      if (edges.some((edge) => edge.from === from && edge.to === to)) {
        if (random.uniform() < 0.05) break; // every place may be taken
        continue;
      }
      edges[e] = { from: from!, to, sign: random.uniform() < negative ? -1 : 1 };
      break;
    }
  }
  return edges;
}

function simulateShop(
  unit: string,
  cluster: number,
  plan: readonly EdgePlan[],
  { channels, nodes }: Layout,
  { steps, season }: ShopWorldOptions,
  random: Random,
): TrueShop {
  const burnIn = 30;
  const context = [random.uniform(), random.uniform()];
  const slope = 0.8 + 1.7 * context[0]!;
  const half = 0.4 + 0.8 * context[1]!;
  const target = nodes - 1;
  const edges = plan.map((edge) => ({
    ...edge,
    weight: edge.sign * (0.6 + 0.8 * random.uniform()),
    decay: 0.2 + 0.5 * random.uniform(),
    carried: 0,
  }));
  const floor = Float64Array.from({ length: nodes }, (_, node) => {
    const pulledDown = edges.filter((edge) => edge.to === node && edge.sign < 0).length;
    return (node < channels ? 0.1 : 0.3) + 0.5 * pulledDown;
  });
  const phase = 2 * Math.PI * random.uniform();
  const memory = Float64Array.from({ length: nodes }, () => 0.1 + 0.3 * random.uniform());
  const state = floor.slice();
  const values = new Float64Array(steps * nodes);
  for (let t = -burnIn; t < steps; t++) {
    const next = new Float64Array(nodes);
    for (let node = 0; node < nodes; node++) {
      const burst = node < channels && random.uniform() < 0.06 ? 0.9 + 1.5 * random.uniform() : 0;
      const wave = node < channels ? 0 : season * Math.sin((2 * Math.PI * t) / 7 + phase + node);
      next[node] =
        floor[node]! +
        memory[node]! * (state[node]! - floor[node]!) +
        wave +
        burst +
        (node < channels ? 0.32 : 0.22) * random.normal();
    }
    for (const edge of edges) {
      edge.carried = (1 - edge.decay) * state[edge.from]! + edge.decay * edge.carried;
      const level = edge.carried;
      const response =
        edge.to === target ? (1.6 * level ** slope) / (level ** slope + half ** slope) : Math.tanh(level);
      next[edge.to]! += 0.6 * edge.weight * response;
    }
    for (let node = 0; node < nodes; node++) state[node] = Math.max(0, next[node]!);
    if (t >= 0) values.set(state, t * nodes);
  }
  const weights = new Float64Array(nodes * nodes);
  for (const edge of edges) weights[edge.from * nodes + edge.to] = edge.weight;
  return { unit, cluster, values, context, weights };
}
