// One graph per unit, with clusters and forecasts, from `granger-vi` or `granger-vi-neural`.

import {
  type ClusterGraph,
  discoverNeural,
  discoverShops,
  type Forecast,
  forecastNeural,
  forecastShop,
  type GrangerViSettings,
  graphOfDiscovery,
  graphOfNeural,
  type Shop,
  type ShopLayout,
  type ShopResponses,
  shopsFromCausalData,
} from "@mmm/causal-granger-vi";
import {
  type CausalConstraints,
  type CausalGraph,
  type RunHooks,
  shiftPeriod,
  throwIfCancelled,
  yieldToEventLoop,
} from "@mmm/core";
import type { PairScores, UnitForecast, UnitGraph, UnitGraphs } from "@mmm/viz";
import type { Observations } from "./observations.js";

export interface UnitDiscovery extends UnitGraphs {
  readonly graph: CausalGraph;
  /** Per unit and pair: part of the effect at each lag, lag 1 first; null for pairs without an effect. */
  readonly lagProfiles: readonly (readonly (readonly number[] | null)[])[];
}

/** History drawn before a forecast. */
const drawnHistory = 40;

interface ScoredUnit {
  readonly unit: string;
  readonly edges: Float64Array;
  readonly clusters: Float64Array;
  readonly responses: ShopResponses;
}

/** What either engine finds. */
interface Discovery {
  readonly graph: CausalGraph;
  readonly shops: readonly ScoredUnit[];
  readonly clusters: readonly ClusterGraph[];
  readonly threshold: number;
  readonly forecast: (unit: number) => Forecast;
}

type Discover = (
  shops: readonly Shop[],
  layout: ShopLayout,
  settings: GrangerViSettings,
  horizon: number,
  hooks: RunHooks,
) => Promise<Discovery>;

const exact: Discover = async (shops, layout, settings, horizon, hooks) => {
  const discovery = await discoverShops(shops, layout, settings, hooks);
  const { model, shops: scored, clusters } = discovery;
  return {
    graph: graphOfDiscovery(discovery),
    shops: scored,
    clusters,
    threshold: model.settings.threshold,
    forecast: (u) => forecastShop(model, shops[u]!, scored[u]!, { horizon }),
  };
};

const neural: Discover = async (shops, layout, settings, horizon, hooks) => {
  const { bestEngine } = await import("@mmm/tensor-onnx");
  const engine = await bestEngine();
  const discovery = await discoverNeural(shops, layout, { ...settings, engine }, hooks);
  const { model, shops: scored, clusters } = discovery;
  const forecasts = horizon > 0 ? await forecastNeural(model, shops, { horizon }, engine) : [];
  return {
    graph: graphOfNeural(discovery),
    shops: scored,
    clusters,
    threshold: model.settings.threshold,
    forecast: (u) => forecasts[u]!,
  };
};

/** Learn the graphs of all units and forecast the target of each. */
export async function discoverUnits(
  engineId: string,
  { data, context, variables, calendar }: Observations,
  options: {
    readonly seed: number;
    readonly constraints: CausalConstraints | undefined;
    readonly forecast: number;
    readonly target: string | null;
  },
  hooks: RunHooks,
): Promise<UnitDiscovery> {
  const { seed, constraints, forecast: horizon } = options;
  const target = options.target ?? variables.at(-1)!;
  const { shops, layout } = shopsFromCausalData(data, target, context);
  const discover = engineId === "granger-vi-neural" ? neural : exact;
  const settings = { seed, ...(constraints && { constraints }) };
  const discovery = await discover(shops, layout, settings, horizon, hooks);
  const { graph, threshold } = discovery;
  const size = layout.nodes.length;
  const pairs = [...graph.edges].map(
    ({ from, to, lag }) => [layout.nodes.indexOf(from), layout.nodes.indexOf(to), lag] as const,
  );
  const cells = pairs.map(([from, to]) => from * size + to);
  const inhabited = new Set(discovery.shops.map((shop) => likeliestCluster(shop)));
  const kept = discovery.clusters.filter(({ cluster }) => inhabited.has(cluster));
  const position = new Map(kept.map(({ cluster }, i) => [cluster, i]));

  const gains = discovery.shops.map(({ responses }) => {
    const own = new Map(responses.edges.map((edge) => [edge.from * size + edge.to, edge]));
    return cells.map((cell) => own.get(cell) ?? null);
  });
  const units: UnitGraph[] = [];
  for (const [u, shop] of discovery.shops.entries()) {
    if (u % 20 === 0) {
      throwIfCancelled(hooks);
      hooks.onProgress?.({ phase: "forecast", step: u, total: discovery.shops.length });
      await yieldToEventLoop();
    }
    const weights = gains[u]!.map((edge) => edge?.gain ?? 0);
    units.push({
      ...scores(
        shop.unit,
        cells.map((cell) => shop.edges[cell]!),
        weights,
        threshold,
      ),
      cluster: likeliest(shop, position),
      forecast: horizon > 0 ? forecastOf(u) : null,
    });
  }
  const clusters = kept.map((cluster, i) => {
    const weights = cells.map((_, k) => meanWeight(units, gains, i, k));
    return {
      ...scores(
        `Cluster ${i + 1}`,
        cells.map((cell) => cluster.edges[cell]!),
        weights,
        threshold,
      ),
      share: cluster.share,
    };
  });
  return {
    graph,
    nodes: layout.nodes,
    pairs,
    clusters,
    units,
    lagProfiles: gains.map((edges) => edges.map((edge) => edge && [...edge.lagProfile])),
  };

  function forecastOf(u: number): UnitForecast {
    const shop = shops[u]!;
    const { mean, lower, upper, interval } = discovery.forecast(u);
    const node = layout.nodes.indexOf(target);
    const steps = shop.values.length / size;
    const first = Math.max(0, steps - drawnHistory);
    const history = Array.from({ length: steps - first }, (_, i) => {
      const value = shop.values[(first + i) * size + node]!;
      return Number.isNaN(value) ? null : value;
    });
    const ahead = (values: Float64Array): number[] =>
      Array.from({ length: horizon }, (_, h) => Number(values[h * size + node]!.toPrecision(5)));
    return {
      node: target,
      periods: labels(u, first, steps),
      history,
      mean: ahead(mean),
      lower: ahead(lower),
      upper: ahead(upper),
      interval,
    };
  }

  function labels(u: number, first: number, steps: number): string[] {
    const offset = data.unitOffsets?.[u] ?? 0;
    const count = steps - first + horizon;
    if (!calendar) return Array.from({ length: count }, (_, i) => String(first + i + 1));
    const start = calendar.periodOfRow[offset + first]!;
    return Array.from({ length: count }, (_, i) => shiftPeriod(start, calendar.frequency, i));
  }
}

function scores(
  name: string,
  probabilities: readonly number[],
  weights: readonly number[],
  threshold: number,
): PairScores {
  const bounded = probabilities.map((value) => Math.min(1, Math.max(0, value)));
  return {
    name,
    weights,
    probabilities: bounded,
    selected: [...bounded.keys()].filter((k) => bounded[k]! >= threshold),
  };
}

const likeliestCluster = ({ clusters }: ScoredUnit): number => clusters.indexOf(Math.max(...clusters));

function likeliest(shop: ScoredUnit, position: ReadonlyMap<number, number>): UnitGraph["cluster"] {
  const best = likeliestCluster(shop);
  const place = position.get(best);
  return place === undefined ? null : { position: place, probability: shop.clusters[best]! };
}

/** Mean gain over the units of a cluster (of all, when none of its units has the edge) that have the edge. */
function meanWeight(
  units: readonly UnitGraph[],
  gains: readonly (readonly ({ readonly gain: number } | null)[])[],
  cluster: number | null,
  pair: number,
): number {
  let [sum, mass] = [0, 0];
  units.forEach((unit, u) => {
    if (cluster !== null && unit.cluster?.position !== cluster) return;
    const edge = gains[u]![pair];
    const probability = unit.probabilities[pair] ?? 0;
    if (!edge) return;
    sum += probability * edge.gain;
    mass += probability;
  });
  return mass > 0 || cluster === null ? sum / Math.max(mass, 1e-12) : meanWeight(units, gains, null, pair);
}
