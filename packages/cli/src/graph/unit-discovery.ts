// One graph per unit, with clusters and forecasts, from `granger-vi` or `granger-vi-neural`. Units are scored block by
// block; what is kept of each is what the page and the file show.

import { type ScoredShop, type Shop, shopBlocks } from "@mmm/causal-granger-vi";
import {
  type CausalConstraints,
  type CausalGraph,
  type Diagnostic,
  type RunHooks,
  throwIfCancelled,
  yieldToEventLoop,
} from "@mmm/core";
import type { PairScores, UnitForecast, UnitGraph, UnitGraphs } from "@mmm/viz";
import type { Observations } from "./observations.js";
import { learnUnits, type ScoredUnit } from "./unit-engines.js";
import { unitSource } from "./unit-source.js";

export interface UnitDiscovery extends UnitGraphs {
  readonly graph: CausalGraph;
  /** Per unit and pair: part of a selected edge's effect at each lag, lag 1 first; null for other pairs. */
  readonly lagProfiles: readonly (readonly (readonly number[] | null)[])[];
}

/** History drawn before a forecast. */
const drawnHistory = 40;
const blockShops = 50;

/** Learn the graphs of all units and forecast the target of each. */
export async function discoverUnits(
  engineId: string,
  observations: Observations,
  options: {
    readonly seed: number;
    readonly constraints: CausalConstraints | undefined;
    readonly forecast: number;
    readonly target: string | null;
  },
  hooks: RunHooks,
): Promise<UnitDiscovery> {
  const { seed, constraints, forecast: horizon } = options;
  const target = options.target ?? observations.variables.at(-1)!;
  const { source, layout, labels } = unitSource(observations, target);
  const learned = await learnUnits(engineId, source, layout, { seed, ...(constraints && { constraints }) }, hooks);
  const { threshold } = learned;
  const size = layout.nodes.length;
  const cells = layout.nodes.flatMap((_, from) =>
    layout.nodes.flatMap((_, to) => (from === to ? [] : [from * size + to])),
  );
  const pairs = cells.map((cell) => [Math.floor(cell / size), cell % size, 1] as const);

  const found: { readonly unit: string; readonly clusters: Float64Array }[] = [];
  const shops: ScoredShop[] = [];
  const plain: Omit<UnitGraph, "cluster">[] = [];
  const gains: (readonly (number | null)[])[] = [];
  const lagProfiles: (readonly (readonly number[] | null)[])[] = [];
  const diagnostics: Diagnostic[] = [...learned.diagnostics];
  for await (const block of shopBlocks(source, blockShops)) {
    throwIfCancelled(hooks);
    hooks.onProgress?.({ phase: "forecast", step: found.length, total: observations.data.units?.length ?? 0 });
    await yieldToEventLoop();
    const scored = await learned.score(block, horizon);
    scored.forEach((shop, s) => {
      const own = new Map(shop.responses.edges.map((edge) => [edge.from * size + edge.to, edge]));
      const effects = cells.map((cell) => own.get(cell) ?? null);
      const unit = scores(
        shop.unit,
        cells.map((cell) => shop.edges[cell]!),
        effects.map((edge) => edge?.gain ?? 0),
        threshold,
      );
      found.push({ unit: shop.unit, clusters: shop.clusters });
      const { edges } = shop.responses;
      shops.push({
        unit: shop.unit,
        edges: shop.edges,
        responses: { edges: edges.map(({ from, to, gain }) => ({ from, to, gain })) },
      });
      gains.push(effects.map((edge) => edge?.gain ?? null));
      const selected = new Set(unit.selected);
      lagProfiles.push(effects.map((edge, k) => (edge && selected.has(k) ? [...edge.lagProfile] : null)));
      diagnostics.push(...shop.diagnostics);
      plain.push({ ...unit, forecast: shop.forecast && forecastOf(block[s]!, found.length - 1, shop.forecast) });
    });
  }

  const inhabited = new Set(found.map(({ clusters }) => likeliestCluster(clusters)));
  const kept = learned.clusters.filter(({ cluster }) => inhabited.has(cluster));
  const position = new Map(kept.map(({ cluster }, i) => [cluster, i]));
  const units = plain.map((unit, u): UnitGraph => ({ ...unit, cluster: likeliest(found[u]!.clusters, position) }));
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
    graph: learned.graph(shops, diagnostics),
    nodes: layout.nodes,
    pairs,
    clusters,
    units,
    lagProfiles,
  };

  function forecastOf(
    shop: Shop,
    u: number,
    { mean, lower, upper, interval }: NonNullable<ScoredUnit["forecast"]>,
  ): UnitForecast {
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
      periods: labels(shop, u, first, steps - first + horizon),
      history,
      mean: ahead(mean),
      lower: ahead(lower),
      upper: ahead(upper),
      interval,
    };
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

const likeliestCluster = (clusters: Float64Array): number => clusters.indexOf(Math.max(...clusters));

function likeliest(clusters: Float64Array, position: ReadonlyMap<number, number>): UnitGraph["cluster"] {
  const best = likeliestCluster(clusters);
  const place = position.get(best);
  return place === undefined ? null : { position: place, probability: clusters[best]! };
}

/** Mean gain over the units of a cluster (of all, when none of its units has the edge) that have the edge. */
function meanWeight(
  units: readonly UnitGraph[],
  gains: readonly (readonly (number | null)[])[],
  cluster: number | null,
  pair: number,
): number {
  let [sum, mass] = [0, 0];
  units.forEach((unit, u) => {
    if (cluster !== null && unit.cluster?.position !== cluster) return;
    const gain = gains[u]![pair];
    const probability = unit.probabilities[pair] ?? 0;
    if (gain === null || gain === undefined) return;
    sum += probability * gain;
    mass += probability;
  });
  return mass > 0 || cluster === null ? sum / Math.max(mass, 1e-12) : meanWeight(units, gains, null, pair);
}
