// A fit whose effects change over time as a network says: the structural model and a temporal engine are trained
// together, starting from the structural mode with constant effects, which stay where they forecast as well. The path
// that comes out then starts a fit in float64 in which it is free to move from quarter to quarter; what the network
// knows beyond quarters stays. The curvature at that mode gives the draws.

import { type Panel, type RunHooks, throwIfCancelled } from "@mmm/core";
import type { TemporalEngine } from "@mmm/temporal-gru";
import type { TensorEngine } from "@mmm/tensor";
import { readCalibration } from "../calibration/before-after.js";
import { calibrationOf } from "../calibration/calibration.js";
import { drawPosterior, type Fit, startClock } from "../fit/fit.js";
import { buildDesign } from "../structural/design.js";
import { defaultDrift } from "../structural/effect-path.js";
import { type Learned, type LearnStart, learn } from "../structural/learn.js";
import { makeProblem } from "../structural/objective.js";
import { buildLayout } from "../structural/parameters.js";
import { withSeasonEnd } from "../structural/season-evidence.js";
import { resolveSettings, type StructuralOptions } from "../structural/settings.js";
import type { TensorFormulas } from "../structural/tensor-model.js";
import { defaultEngine } from "./engine.js";
import { type FoundPath, stageRunner, type TrainingOptions, trainPath } from "./train-path.js";
import type { NetworkRun } from "./types.js";

export interface NetworkOptions {
  readonly temporal: TemporalEngine;
  /** An effect can grow to `1 + range` times its average and shrink to `1 / (1 + range)`. Default 1. */
  readonly range?: number;
  /** Default: ONNX in Node, else tfjs on WebAssembly. */
  readonly engine?: TensorEngine;
  /** Told, in one line, when a slower engine had to be taken. */
  readonly say?: (line: string) => void;
  readonly formulas?: TensorFormulas;
  readonly training?: TrainingOptions;
}

/**
 * Fit a structural model whose effects a temporal engine moves.
 *
 * @param options of the structural part; `timeVarying` is not looked at
 * @returns a fit like any other; `fit.network` says how training went
 * @throws MmmError as {@link fitStructural}; `CANCELLED`
 * @example fitNetwork(panel, { holdout: 13 }, { temporal: gruPath({ hidden: 8 }) })
 */
export async function fitNetwork(
  panel: Panel,
  options: StructuralOptions,
  { temporal, range = defaultDrift.range, engine, say, formulas = {}, training = {} }: NetworkOptions,
  hooks?: RunHooks,
): Promise<Fit> {
  const clock = startClock();
  const settings = resolveSettings(panel, { ...options, timeVarying: { range } });
  const design = buildDesign(panel, settings);
  const names = panel.roles.channels.map(({ name }) => name);
  const calibrated = (layout: ReturnType<typeof buildLayout>) => {
    const calibration = calibrationOf({ panel, settings, design, layout, spillOver: null });
    return { layout: calibration?.layout ?? layout, rows: calibration?.rows ?? [] };
  };
  const constant = calibrated(buildLayout(design, { ...settings, timeVarying: null }, names));
  const runner = engine ?? (await defaultEngine(say));
  const run = stageRunner(runner, settings.seed, training, hooks);
  const constantFit = await learn(design, constant.layout, settings, hooks, constant.rows);
  let learned = constantFit;
  const rounds: NetworkRun["rounds"][number][] = [];
  let found: FoundPath | undefined;
  do {
    throwIfCancelled(hooks);
    if (found) {
      const held = calibrated(buildLayout(design, settings, names, { offset: found.offset, free: false }));
      const { variances, weights } = learned.problem;
      learned = await learn(design, held.layout, settings, hooks, held.rows, { mode: found.point, variances, weights });
    }
    found = await trainPath(
      makeProblem(design, constant.layout, learned.problem.variances, learned.problem.weights),
      learned.mode,
      { temporal, range, engine: runner, formulas, seed: settings.seed, frequency: panel.frequency },
      training,
      run,
      found,
    );
    rounds.push(found.round);
  } while (rounds.length < (training.rounds ?? 1) && found.steps > 0 && !found.divergence);
  const network = { engine: runner.id, temporal: temporal.name, rounds, divergence: found.divergence };
  if (found.steps === 0 || found.divergence) {
    return ended(constant.layout, { ...settings, timeVarying: null }, constantFit);
  }

  const free = calibrated(buildLayout(design, settings, names, { offset: found.offset }));
  const shared = new Float64Array(free.layout.shared);
  shared.set(found.point.shared);
  const { variances, weights } = learned.problem;
  const effectStep = names.map(() => free.layout.path!.stepPrior);
  const from: LearnStart = {
    mode: { shared, own: found.point.own },
    variances: { ...variances, effectStep, pathPull: [] },
    weights,
  };
  return ended(free.layout, settings, await learn(design, free.layout, settings, hooks, free.rows, from));

  async function ended(trained: Fit["layout"], used: Fit["settings"], { factor, ...rest }: Learned): Promise<Fit> {
    const layout = withSeasonEnd(trained, used, rest.seasonEvidence);
    throwIfCancelled(hooks);
    const draws = drawPosterior(rest, factor, used);
    const uncalibrated = await withoutEvidence();
    return { panel, settings: used, design, layout, learned: rest, draws, uncalibrated, network, runtime: clock() };
  }

  // What the same network says without tests and priors.
  async function withoutEvidence(): Promise<Fit["uncalibrated"]> {
    if (settings.liftTests.length === 0 && Object.keys(settings.priors).length === 0) return null;
    const plain = await fitNetwork(
      panel,
      { ...options, liftTests: [], priors: {} },
      { temporal, range, engine: runner, formulas, training: withoutCheckpoint(training) },
      {
        ...hooks,
        onProgress: (event) => hooks?.onProgress?.({ ...event, phase: `${event.phase}, without calibration` }),
      },
    );
    const calibration = calibrationOf({
      panel,
      settings,
      design: plain.design,
      layout: plain.layout,
      spillOver: null,
    });
    return calibration && readCalibration(plain, calibration, null);
  }
}

// A checkpoint is one of the run with tests and priors.
function withoutCheckpoint({ checkpoint: _, resume: __, ...rest }: TrainingOptions): TrainingOptions {
  return rest;
}
