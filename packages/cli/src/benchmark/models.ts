// Which model does the evidence support? Each model is fitted to the same simulated markets, with effects that stay and
// with effects that drift; the truth is opened only afterwards.

import { auroc } from "@mmm/causal";
import { type RunHooks, throwIfCancelled } from "@mmm/core";
import { type SimulationOptions, type SimulationTruth, simulatePanel, trueTotalEffects, truthTotals } from "@mmm/data";
import {
  defaultGraph,
  defineModel,
  effectPaths,
  type Fit,
  fitModel,
  type Interval,
  type Model,
  presets,
  viewFit,
  walkingEffects,
} from "@mmm/model";

/** Kinds of markets: with effects that stay or drift, and with or without channels that drive channels. */
export const modelCases: readonly { readonly name: string; readonly options: SimulationOptions }[] = [
  { name: "stay", options: { units: 12, channels: 5, edges: 0 } },
  { name: "linked", options: { units: 12, channels: 5, edges: 5 } },
  { name: "drift", options: { units: 12, channels: 5, edges: 0, drift: 0.3 } },
  { name: "both", options: { units: 12, channels: 5, edges: 5, drift: 0.3 } },
];

/** The models that are compared. */
export const comparedModels: readonly { readonly name: string; readonly make: () => Model }[] = [
  { name: "no graph", make: () => defineModel({ name: "no graph", causal: "none" }) },
  { name: "structural", make: presets.structural },
  { name: "walking", make: () => defineModel({ name: "walking", temporal: walkingEffects() }) },
  { name: "deepCausal", make: presets.deepCausal },
  { name: "deep, lingam", make: () => ({ ...presets.deepCausal(), causal: defaultGraph() }) },
];

export interface ModelRow {
  readonly market: string;
  readonly model: string;
  readonly panels: number;
  readonly holdoutR2Within: number;
  /** Half the sum of |estimated − true share|, mean over panels. */
  readonly shareDistance: number;
  /** The same of total effects, through other channels; overlapping, so of the sum of the direct ones. */
  readonly totalShareDistance: number;
  /** Part of the channels whose share interval holds the truth. */
  readonly shareCoverage: number;
  /** The same of the interval of the total effect. */
  readonly totalCoverage: number;
  /** How well edge probabilities rank channel → channel edges above absent ones; null without a graph or true edges. */
  readonly graphAuroc: number | null;
  /** Root mean square error of the factor on each effect over the training periods, its mean set to 1. */
  readonly pathError: number;
  /** Part of the periods and channels whose interval holds the true factor; null for constant effects. */
  readonly pathCoverage: number | null;
  readonly cpuSeconds: number;
}

/** Fit every model to `panels` markets of each kind. */
export async function modelSuite(
  panels: number,
  seed: number,
  hooks: RunHooks,
  models: typeof comparedModels = comparedModels,
  markets: typeof modelCases = modelCases,
): Promise<ModelRow[]> {
  const rows: ModelRow[] = [];
  const total = markets.length * models.length * panels;
  for (const market of markets) {
    for (const { name, make } of models) {
      const scores: Score[] = [];
      for (let i = 0; i < panels; i++) {
        throwIfCancelled(hooks);
        const step = rows.length * panels + i;
        hooks.onProgress?.({ phase: "models", step, total, message: `${name}, ${market.name}` });
        scores.push(await scoreModel(make(), market.options, seed * 1000 + i, hooks.signal));
      }
      rows.push(summarise(market.name, name, scores));
    }
  }
  hooks.onProgress?.({ phase: "models", step: total, total });
  return rows;
}

interface Score {
  readonly r2: number;
  readonly distance: number;
  readonly totalDistance: number;
  readonly shareHits: readonly boolean[];
  readonly totalHits: readonly boolean[];
  readonly graphAuroc: number | null;
  readonly squaredPathError: number;
  readonly pathHits: readonly boolean[] | null;
  readonly cpuSeconds: number;
}

async function scoreModel(
  model: Model,
  options: SimulationOptions,
  seed: number,
  signal?: AbortSignal,
): Promise<Score> {
  const { panel, truth } = simulatePanel(options, seed);
  const fit = await fitModel(panel, model, { holdout: 12, draws: 200, seed }, { ...(signal && { signal }) });
  const { result } = viewFit(fit);
  const known = truthTotals(truth);
  const totals = trueTotalEffects(truth);
  const media = known.contribution.reduce((a, b) => a + b, 0);
  const paths = effectPaths(fit);
  const { channels, trainingEnd } = fit.design;
  const pathHits: boolean[] = [];
  let squares = 0;
  for (let c = 0; c < channels; c++) {
    let mean = 0;
    for (let t = 0; t < trainingEnd; t++) mean += truth.effectMultiplier[t * channels + c]! / trainingEnd;
    for (let t = 0; t < trainingEnd; t++) {
      const factor = truth.effectMultiplier[t * channels + c]! / mean;
      squares += ((paths?.[c]?.[t]?.mean ?? 1) - factor) ** 2;
      if (paths) pathHits.push(holds(paths[c]![t]!, factor));
    }
  }
  return {
    r2: result.fit.holdout?.r2Within ?? Number.NaN,
    distance: result.channels.reduce((sum, { share }, c) => sum + Math.abs(share.mean - known.share[c]!), 0) / 2,
    totalDistance:
      result.channels.reduce((sum, { contribution }, c) => sum + Math.abs(contribution.mean - totals[c]!), 0) /
      2 /
      media,
    shareHits: result.channels.map(({ share }, c) => holds(share, known.share[c]!)),
    totalHits: result.channels.map(({ contribution }, c) => holds(contribution, totals[c]!)),
    graphAuroc: graphScore(fit, truth),
    squaredPathError: squares / (channels * trainingEnd),
    pathHits: paths && pathHits,
    cpuSeconds: fit.runtime.cpuSeconds,
  };
}

function graphScore({ causal, panel }: Fit, truth: SimulationTruth): number | null {
  if (!causal || truth.edges.length === 0) return null;
  const names = panel.roles.channels.map(({ name }) => name);
  const pairs = names.flatMap((from) => names.filter((to) => to !== from).map((to) => ({ from, to })));
  const between = <E extends { readonly from: string; readonly to: string }>(
    edges: readonly E[],
    { from, to }: (typeof pairs)[number],
  ): E[] => edges.filter((edge) => edge.from === from && edge.to === to);
  return auroc(
    pairs.map((pair) => Math.max(0, ...between(causal.graph.edges, pair).map((edge) => edge.probability ?? 0))),
    pairs.map((pair) => between(truth.edges, pair).length),
  );
}

const holds = ({ lower, upper }: Interval, value: number): boolean => lower <= value && value <= upper;

function summarise(market: string, model: string, scores: readonly Score[]): ModelRow {
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const part = (hits: readonly boolean[]): number => mean(hits.map((hit) => (hit ? 1 : 0)));
  const hits = scores.flatMap(({ pathHits }) => pathHits ?? []);
  const graphs = scores.flatMap(({ graphAuroc }) => graphAuroc ?? []);
  return {
    market,
    model,
    panels: scores.length,
    holdoutR2Within: mean(scores.map(({ r2 }) => r2)),
    shareDistance: mean(scores.map(({ distance }) => distance)),
    totalShareDistance: mean(scores.map(({ totalDistance }) => totalDistance)),
    shareCoverage: part(scores.flatMap(({ shareHits }) => shareHits)),
    totalCoverage: part(scores.flatMap(({ totalHits }) => totalHits)),
    graphAuroc: graphs.length === 0 ? null : mean(graphs),
    pathError: Math.sqrt(mean(scores.map(({ squaredPathError }) => squaredPathError))),
    pathCoverage: hits.length === 0 ? null : part(hits),
    cpuSeconds: mean(scores.map(({ cpuSeconds }) => cpuSeconds)),
  };
}
