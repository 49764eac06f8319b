// A fit as files and back, exactly: what was learned is stored, what follows from it is rebuilt. No file system here;
// see `node.ts` for directories.

import { createPanel, dataError, type Panel, type PanelRoles } from "@mmm/core";
import { type NdArray, readSafetensors, writeSafetensors } from "@mmm/tensor";
import type { AdstockFamily, SaturationFamily } from "@mmm/transforms/plain";
import { calibrationGraph, type Readings } from "../calibration/before-after.js";
import { calibrationOf } from "../calibration/calibration.js";
import type { ChannelGraph, SpillOver } from "../causal/types.js";
import type { Fit } from "../fit/fit.js";
import type { NetworkRun } from "../network/types.js";
import { buildDesign } from "../structural/design.js";
import type { Mode } from "../structural/levenberg-marquardt.js";
import { makeProblem } from "../structural/objective.js";
import { buildLayout } from "../structural/parameters.js";
import { withSeasonEnd } from "../structural/season-evidence.js";
import type { StructuralSettings } from "../structural/settings.js";
import type { Variances } from "../structural/variance.js";
import { modelVersion } from "../version.js";

/** Curves of a user's own. */
export interface OwnCurves {
  readonly carryover?: readonly AdstockFamily[];
  readonly saturation?: readonly SaturationFamily[];
}

/** File names of a fit and their contents. */
export interface FitFiles {
  readonly "manifest.json": string;
  readonly "weights.safetensors": Uint8Array;
  readonly "panel.safetensors": Uint8Array;
}

interface Manifest {
  readonly schema: "mmm.fit/v1";
  readonly model: "structural";
  readonly versions: Readonly<Record<string, string>>;
  /** Of `panel.safetensors`, to notice when the files of two fits are mixed. */
  readonly dataHash: string;
  readonly settings: Omit<StructuralSettings, "own">;
  readonly panel: {
    readonly units: readonly string[];
    readonly periods: readonly string[];
    readonly frequency: Panel["frequency"];
    readonly roles: PanelRoles;
    readonly measures: Readonly<Record<string, string>>;
    readonly currency?: string;
  };
  readonly parameters: readonly string[];
  readonly variances: Omit<Variances, "noise" | "levelJumps">;
  readonly mode: Omit<Mode, "shared" | "own">;
  readonly seasonEvidence?: number | null;
  readonly iterations: number;
  readonly history: readonly number[];
  /** Absent where nothing calibrated the fit. */
  readonly uncalibrated?: Readings;
  readonly runtime: Fit["runtime"];
  readonly causal?: Omit<ChannelGraph, "spillOver" | "draws"> & { readonly lags: number; readonly replicates: number };
  readonly network?: NetworkRun;
}

/** Write a fit to its files. */
export function encodeFit(fit: Fit): FitFiles {
  const { panel, settings, design, layout, learned, draws, causal } = fit;
  const { units, periods } = design;
  const { noise, levelJumps, ...variances } = learned.problem.variances;
  const { own: _, ...stored } = settings;
  const { shared, own, ...mode } = learned.mode;
  const flat = (vectors: readonly Float64Array[], length: number): NdArray => {
    const data = new Float64Array(vectors.length * length);
    vectors.forEach((vector, i) => {
      data.set(vector, i * length);
    });
    return { shape: [vectors.length, length], data };
  };
  const panelBytes = writeSafetensors(
    new Map<string, NdArray>([
      ["observed", { shape: [units, periods], data: panel.observed }],
      ...panel.columns.map(
        ({ name, values }) => [`column/${name}`, { shape: [units, periods], data: values }] as const,
      ),
    ]),
  );
  const measures = panel.columns.flatMap(({ name, measure }) => (measure === undefined ? [] : [[name, measure]]));
  const manifest: Manifest = {
    schema: "mmm.fit/v1",
    model: "structural",
    versions: { "@mmm/model": modelVersion },
    dataHash: hash(panelBytes),
    settings: { ...stored, huber: Math.min(settings.huber, Number.MAX_VALUE) },
    panel: {
      units: panel.units,
      periods: panel.periods,
      frequency: panel.frequency,
      roles: panel.roles,
      measures: Object.fromEntries(measures),
      ...(panel.currency !== undefined && { currency: panel.currency }),
    },
    parameters: layout.names,
    variances,
    mode,
    seasonEvidence: learned.seasonEvidence,
    iterations: learned.iterations,
    history: learned.history,
    ...(fit.uncalibrated && { uncalibrated: fit.uncalibrated }),
    runtime: fit.runtime,
    ...(causal && { causal: describedGraph(causal) }),
    ...(fit.network && { network: fit.network }),
  };
  return {
    "manifest.json": `${JSON.stringify(manifest, null, 2)}\n`,
    "weights.safetensors": writeSafetensors(
      new Map<string, NdArray>([
        ["shared", { shape: [shared.length], data: shared }],
        ["own", { shape: [units, layout.perUnit], data: own }],
        ["noise", { shape: [units], data: noise }],
        ["level/jumps", { shape: [units, design.trainingEnd], data: levelJumps }],
        ["weights", { shape: [units, design.trainingEnd], data: learned.problem.weights }],
        ...(layout.path?.offset
          ? [["path/offset", { shape: [design.trainingEnd, design.channels], data: layout.path.offset }] as const]
          : []),
        ["draws/shared", flat(draws.shared, layout.shared)],
        ["draws/own", flat(draws.own, units * layout.perUnit)],
        ...(causal
          ? ([
              ["causal/rates", { shape: [causal.spillOver.rates.length], data: causal.spillOver.rates }],
              [
                "causal/draws",
                flat(
                  causal.draws.map(({ rates }) => rates),
                  causal.spillOver.rates.length,
                ),
              ],
            ] as const)
          : []),
      ]),
    ),
    "panel.safetensors": panelBytes,
  };
}

function describedGraph({ spillOver, draws, ...rest }: ChannelGraph): NonNullable<Manifest["causal"]> {
  return { ...rest, lags: spillOver.lags, replicates: draws.length };
}

function storedGraph(
  { lags, replicates, ...rest }: NonNullable<Manifest["causal"]>,
  array: (name: string) => Float64Array,
): ChannelGraph {
  const spillOver: SpillOver = { lags, rates: array("causal/rates") };
  const { length } = spillOver.rates;
  const all = array("causal/draws");
  const draws = Array.from({ length: replicates }, (_, k) => ({
    lags,
    rates: all.slice(k * length, (k + 1) * length),
  }));
  return { ...rest, spillOver, draws };
}

/**
 * Read a fit back. Predictions and results of the fit that comes back equal those of the one that was written.
 *
 * @param own carryover and saturation families of your own that the fit was made with; files hold their names only
 * @throws MmmError `BAD_FIT` when the files are of another kind or do not belong together, `NO_SUCH_FAMILY` when a
 *   family of your own is missing
 */
export function decodeFit(files: FitFiles, own: OwnCurves = {}): Fit {
  const manifest = readManifest(files["manifest.json"]);
  if (hash(files["panel.safetensors"]) !== manifest.dataHash) {
    throw badFit("panel.safetensors does not belong to this manifest.json");
  }
  const stored = readSafetensors(files["panel.safetensors"]).arrays;
  const weights = readSafetensors(files["weights.safetensors"]).arrays;
  const array = (name: string): Float64Array => {
    const found = weights.get(name);
    if (!(found?.data instanceof Float64Array)) throw badFit(`weights.safetensors has no '${name}'`);
    return found.data;
  };
  const { units, periods, frequency, roles, measures, currency } = manifest.panel;
  const panel = createPanel({
    units,
    periods,
    frequency,
    roles,
    columns: [...stored]
      .filter(([name]) => name.startsWith("column/"))
      .map(([path, { data }]) => {
        const name = path.slice("column/".length);
        return { name, values: data as Float64Array, ...(name in measures && { measure: measures[name]! }) };
      }),
    observed: stored.get("observed")!.data as Uint8Array,
    ...(currency !== undefined && { currency }),
  });
  const { timeVarying = null, seasonByDefault = false } = manifest.settings as Partial<StructuralSettings>;
  const settings: StructuralSettings = {
    ...manifest.settings,
    timeVarying,
    seasonByDefault,
    frequency,
    own: { carryover: byId(own.carryover), saturation: byId(own.saturation) },
    liftTests: manifest.settings.liftTests ?? [],
    priors: manifest.settings.priors ?? {},
    huber: manifest.settings.huber === Number.MAX_VALUE ? Number.POSITIVE_INFINITY : manifest.settings.huber,
  };
  const design = buildDesign(panel, settings);
  const offset = weights.has("path/offset") ? array("path/offset") : undefined;
  const plain = buildLayout(
    design,
    settings,
    roles.channels.map(({ name }) => name),
    { ...(offset && { offset }) },
  );
  const spillOver = calibrationGraph(manifest.uncalibrated);
  const calibration = calibrationOf({ panel, settings, design, layout: plain, spillOver });
  const { seasonEvidence = null } = manifest;
  const layout = withSeasonEnd(calibration?.layout ?? plain, settings, seasonEvidence);
  const { effectStep = [], pathPull = [] } = manifest.variances as Partial<Variances>;
  const variances: Variances = {
    ...manifest.variances,
    effectStep,
    pathPull,
    noise: array("noise"),
    levelJumps: weights.has("level/jumps")
      ? array("level/jumps")
      : new Float64Array(design.units * design.trainingEnd).fill(1),
  };
  const problem = makeProblem(design, layout, variances, array("weights"), calibration?.rows);
  const rows = (name: string, length: number): Float64Array[] => {
    const data = array(name);
    return Array.from({ length: settings.draws }, (_, d) => data.slice(d * length, (d + 1) * length));
  };
  return {
    panel,
    settings,
    design,
    layout,
    learned: {
      mode: { ...manifest.mode, shared: array("shared"), own: array("own") },
      problem,
      seasonEvidence,
      rounds: manifest.history.length - 1,
      history: manifest.history,
      iterations: manifest.iterations,
    },
    draws: {
      count: settings.draws,
      shared: rows("draws/shared", layout.shared),
      own: rows("draws/own", units.length * layout.perUnit),
    },
    uncalibrated: manifest.uncalibrated ?? null,
    ...(manifest.causal && { causal: storedGraph(manifest.causal, array) }),
    runtime: manifest.runtime,
    ...(manifest.network && { network: manifest.network }),
  };
}

function byId<Family extends { readonly id: string }>(families: readonly Family[] = []): Record<string, Family> {
  return Object.fromEntries(families.map((family) => [family.id, family]));
}

function readManifest(text: string): Manifest {
  let manifest: Manifest;
  try {
    manifest = JSON.parse(text);
  } catch {
    throw badFit("manifest.json is not JSON");
  }
  if (manifest.schema !== "mmm.fit/v1")
    throw badFit(`manifest.json has the schema '${manifest.schema}', not 'mmm.fit/v1'`);
  return manifest;
}

function badFit(why: string) {
  return dataError(
    "BAD_FIT",
    `This is not a fit that can be read: ${why}.`,
    "Give the directory that `mmm fit --out` wrote.",
  );
}

// Two FNV-style sums over 32-bit words; enough to notice files that do not belong together.
function hash(bytes: Uint8Array): string {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let low = 0x811c9dc5;
  let high = bytes.length;
  for (let i = 0; i + 4 <= bytes.length; i += 4) {
    const word = words.getUint32(i, true);
    low = Math.imul(low ^ word, 0x01000193);
    high = Math.imul(high ^ (word >>> 3), 0x85ebca6b);
  }
  return [low, high].map((part) => (part >>> 0).toString(16).padStart(8, "0")).join("");
}
