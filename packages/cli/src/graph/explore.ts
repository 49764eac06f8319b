// From observations to everything the page and the file say: the graph, how sure its edges are, whether it may be
// believed, and what other engines make of the same data.

import {
  checkedMoments,
  compareEngines,
  type EngineComparison,
  type EngineRecommendation,
  type HonestyPanel,
  honestyPanel,
  isResamplable,
  recommendEngine,
  rescalingTest,
  withProbabilities,
} from "@mmm/causal";
import {
  type CausalConstraints,
  type CausalData,
  type CausalEngine,
  type CausalGraph,
  type Diagnostic,
  type RunHooks,
  throwIfCancelled,
  usageError,
  yieldToEventLoop,
} from "@mmm/core";
import type { HonestyView } from "@mmm/viz";
import { bootstrapEdges, type Checkpoint, createCheckpoint } from "./edge-bootstrap.js";
import type { Observations } from "./observations.js";
import { discoverUnits, type UnitDiscovery } from "./unit-discovery.js";
import { quickEngine } from "./unit-engines.js";

export interface ExploreOptions {
  readonly seed: number;
  readonly constraints: CausalConstraints | undefined;
  /** Replicates; null for the default of the engine. */
  readonly bootstrap: number | null;
  /** Threads for them. */
  readonly workers: number | undefined;
  readonly lags: number | undefined;
  /** Where replicates are kept while they are computed. */
  readonly directory: string;
  readonly compare: readonly CausalEngine[];
  /** Periods to forecast, for engines of units. */
  readonly forecast: number;
  /** Node to forecast; the last variable when null. */
  readonly target: string | null;
}

export interface Exploration {
  readonly engine: CausalEngine;
  readonly graph: CausalGraph;
  readonly bootstrap: { readonly replicates: number; readonly failed: number } | null;
  /** Null where data with missing values do not allow the checks. */
  readonly honesty: HonestyView | null;
  readonly comparison: EngineComparison | null;
  readonly units: UnitDiscovery | null;
  readonly diagnostics: readonly Diagnostic[];
  /** Kept replicates; to be forgotten once the results are written. */
  readonly checkpoint: Checkpoint;
}

/** Replicates without `--bootstrap`, for engines that can be run again cheaply. */
const usualReplicates = 100;

/** The recommended engine, once the data have passed the checks every engine needs. */
export async function recommend(
  observations: Observations,
  options: Pick<ExploreOptions, "seed" | "constraints"> & { readonly lags: number | undefined },
  hooks: RunHooks,
): Promise<EngineRecommendation> {
  const { seed, constraints, lags } = options;
  return recommendEngine(
    variablesOnly(observations),
    { seed, ...(constraints && { constraints }), ...(lags !== undefined && { lags: { atMost: lags } }) },
    hooks,
  );
}

/** Run everything. Throws what the engine throws. */
export async function explore(
  observations: Observations,
  engine: CausalEngine,
  recommendation: EngineRecommendation | null,
  options: ExploreOptions,
  hooks: RunHooks,
): Promise<Exploration> {
  const { seed, constraints } = options;
  const known = { seed, ...(constraints && { constraints }) };
  hooks.onProgress?.({ phase: "discover", step: 0, total: 0, message: engine.id });
  await yieldToEventLoop();
  const plain = observations.stream ? observations.data : variablesOnly(observations);
  if (observations.complete) checkedMoments(plain);
  const start = performance.now();
  const units = engine.capabilities.perUnitGraphs ? await discoverUnits(engine.id, observations, options, hooks) : null;
  const found = units?.graph ?? (await engine.discover(plain, known, hooks));
  const milliseconds = performance.now() - start;
  throwIfCancelled(hooks);

  const checkpoint = createCheckpoint(options.directory, JSON.stringify(found.engine));
  const tally = await replicate(engine, plain, checkpoint, options, hooks);
  const graph = tally ? withProbabilities(found, tally) : found;
  const panel = observations.complete ? await examine(engine, plain, graph, options, hooks) : null;
  const honesty = panel && honestyView(panel, engine, recommendation);
  const compared =
    options.compare.length > 0
      ? await compareEngines(plain, [knownEngine(engine, graph), ...options.compare], known, hooks)
      : null;
  throwIfCancelled(hooks);
  const [own, ...others] = compared?.rows ?? [];
  const comparison = compared && own ? { ...compared, rows: [{ ...own, milliseconds }, ...others] } : null;
  return {
    engine,
    graph,
    bootstrap: tally && { replicates: tally.replicates.length, failed: tally.failed },
    honesty,
    comparison,
    units,
    diagnostics: [
      ...(panel ? trustedFindings(panel, engine, recommendation) : graph.diagnostics),
      ...observations.notes,
    ],
    checkpoint,
  };
}

function variablesOnly({ data, variables, context }: Observations): CausalData {
  if (context.length === 0) return data;
  const values = new Float64Array(data.rows * variables.length);
  for (let row = 0; row < data.rows; row++) {
    for (let j = 0; j < variables.length; j++) {
      values[row * variables.length + j] = data.values[row * data.columns.length + j]!;
    }
  }
  return { ...data, columns: variables, values };
}

async function replicate(
  engine: CausalEngine,
  data: CausalData,
  checkpoint: Checkpoint,
  options: ExploreOptions,
  hooks: RunHooks,
) {
  const { bootstrap } = options;
  if (bootstrap !== null && bootstrap > 0 && engine.capabilities.perUnitGraphs) {
    throw usageError(
      "BAD_OPTION",
      `--bootstrap does not apply to '${engine.id}', which has probabilities of its own.`,
      "Leave --bootstrap out.",
    );
  }
  const replicates = bootstrap ?? (isResamplable(engine) && !engine.capabilities.probabilities ? usualReplicates : 0);
  if (replicates === 0) return null;
  return bootstrapEdges(engine.id, data, { ...options, replicates, checkpoint }, hooks);
}

/** An engine that only answers with the graph at hand, for checks that would run it again. */
const knownEngine = (engine: CausalEngine, graph: CausalGraph): CausalEngine => ({
  ...engine,
  discover: async () => graph,
});

/** Rescaled runs of an engine of units use this many units. */
const rescaledUnits = 20;

async function examine(
  engine: CausalEngine,
  data: CausalData,
  graph: CausalGraph,
  { seed, constraints }: ExploreOptions,
  hooks: RunHooks,
): Promise<HonestyPanel> {
  hooks.onProgress?.({ phase: "check", step: 0, total: 0, message: "honesty checks" });
  const known = { seed, graph, ...(constraints && { constraints }) };
  if (!engine.capabilities.perUnitGraphs) return honestyPanel(data, engine, known, hooks);
  const panel = await honestyPanel(data, knownEngine(engine, graph), { ...known, rescaledRuns: 0 }, hooks);
  const quiet = { ...(hooks.signal && { signal: hooks.signal }) };
  return {
    ...panel,
    rescaling: await rescalingTest(firstUnits(data), await quickEngine(engine), { ...known, runs: 1 }, quiet),
  };
}

function firstUnits(data: CausalData): CausalData {
  const { units, unitOffsets } = data;
  if (!units || !unitOffsets || units.length <= rescaledUnits) return data;
  const rows = unitOffsets[rescaledUnits]!;
  return {
    ...data,
    rows,
    values: data.values.subarray(0, rows * data.columns.length),
    units: units.slice(0, rescaledUnits),
    unitOffsets: unitOffsets.slice(0, rescaledUnits + 1),
  };
}

/** The panel without what does not apply: graphs of the past alone have no same-period order to give away. */
function honestyView(
  panel: HonestyPanel,
  { capabilities }: CausalEngine,
  recommendation: EngineRecommendation | null,
): HonestyView {
  const samePeriod = capabilities.edges !== "lagged";
  return {
    varsortability: finite(panel.varsortability),
    r2Sortability: finite(panel.r2Sortability),
    rescaling: panel.rescaling,
    yardsticks: samePeriod ? panel.yardsticks : [],
    nonGaussianity: recommendation?.nonGaussianity ?? panel.nonGaussianity,
    hiddenCauses: samePeriod ? panel.hiddenCauses : null,
  };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/**
 * The panel's findings. In time series the residuals of an autoregression decide about noise, not those of the
 * same-period graph; the recommendation rests on them.
 */
function trustedFindings(
  panel: HonestyPanel,
  engine: CausalEngine,
  recommendation: EngineRecommendation | null,
): readonly Diagnostic[] {
  const test = recommendation?.nonGaussianity;
  const found = panel.diagnostics.filter(({ code }) => {
    if (engine.capabilities.edges === "contemporaneous" || !test) return true;
    if (code === "NON_GAUSSIAN") return test.recommendsLingam && engine.capabilities.edges === "both";
    return code !== "GAUSSIAN_NOISE" || !test.recommendsLingam;
  });
  const { changed, runs } = panel.rescaling;
  if (
    !engine.capabilities.perUnitGraphs ||
    changed.length === 0 ||
    found.some(({ code }) => code === "SCALE_ARTEFACT")
  ) {
    return found;
  }
  return [
    ...found,
    {
      severity: "warning",
      code: "SCALE_ARTEFACT",
      message: `${changed.length} marks change when columns are rescaled (${runs} run on up to ${rescaledUnits} units): they depend on the units of measure.`,
      fix: "Read those edges with caution.",
    },
  ];
}
