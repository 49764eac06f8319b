// A fit whose effects change over time as a network says: the structural model and a temporal engine are trained
// together, starting from the structural mode with walking effects. The path that comes out is then held while the structural part ends at
// its own mode in float64, and the curvature there, with the path free to move from quarter to quarter, gives the draws.

import { type Panel, type RunHooks, throwIfCancelled } from "@mmm/core";
import type { TemporalEngine } from "@mmm/temporal-gru";
import type { TensorEngine } from "@mmm/tensor";
import { readCalibration } from "../calibration/before-after.js";
import { calibrationOf } from "../calibration/calibration.js";
import { drawPosterior, type Fit, startClock } from "../fit/fit.js";
import { arrowSystem, factorArrow } from "../structural/curvature.js";
import { buildDesign } from "../structural/design.js";
import { defaultDrift } from "../structural/effect-path.js";
import { drawingFactor, type LearnStart, learn } from "../structural/learn.js";
import { linearise, makeProblem } from "../structural/objective.js";
import { buildLayout } from "../structural/parameters.js";
import { pathEvidence } from "../structural/path-variance.js";
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
  // Walking effects first: they tell the noise from the drift, and how much a path may pull at its channel's effect.
  const walking = calibrated(buildLayout(design, settings, names));
  let learned = await learn(design, walking.layout, settings, hooks, walking.rows);
  learned = { ...learned, mode: { ...learned.mode, shared: learned.mode.shared.slice(0, constant.layout.shared) } };
  const rounds: NetworkRun["rounds"][number][] = [];
  let divergence: NetworkRun["divergence"] = null;
  let found: FoundPath | undefined;
  for (let round = 0; ; round++) {
    throwIfCancelled(hooks);
    const { variances, weights } = learned.problem;
    found = await trainPath(
      makeProblem(design, constant.layout, variances, weights),
      learned.mode,
      { temporal, range, engine: runner, formulas, seed: settings.seed, frequency: panel.frequency },
      training,
      run,
      found,
    );
    rounds.push(found.round);
    divergence ??= found.divergence;
    const { offset } = found;
    const held = calibrated(buildLayout(design, settings, names, { offset, free: false }));
    const pulled = found.steps === 0 ? { ...variances, pathPull: [] } : variances;
    const from: LearnStart = { mode: found.point, variances: pulled, weights };
    learned = await learn(design, held.layout, settings, hooks, held.rows, from);

    const free = calibrated(buildLayout(design, settings, names, { offset }));
    const curved = curvatureAt(free, learned);
    const last = round + 1 === (training.rounds ?? 2) || found.steps === 0 || divergence !== null;
    if (!last) {
      const { variances: next } = learned.problem;
      const evidence = pathEvidence(curved.problem, curved.mode, curved.factor);
      const problem = { ...learned.problem, variances: { ...next, pathPull: evidence.pathPull } };
      learned = { ...learned, problem };
      continue;
    }
    const draws = drawPosterior(curved, curved.factor, settings);
    const { factor: _, ...rest } = learned;
    return {
      panel,
      settings,
      design,
      layout: free.layout,
      learned: { ...rest, mode: curved.mode, problem: curved.problem },
      draws,
      uncalibrated: await withoutEvidence(),
      network: { engine: runner.id, temporal: temporal.name, rounds, divergence },
      runtime: clock(),
    };
  }

  // What the same network says without tests and priors.
  async function withoutEvidence(): Promise<Fit["uncalibrated"]> {
    if (settings.liftTests.length === 0 && Object.keys(settings.priors).length === 0) return null;
    const plain = await fitNetwork(
      panel,
      { ...options, liftTests: [], priors: {} },
      { temporal, range, engine: runner, formulas, training },
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

  function curvatureAt({ layout, rows }: ReturnType<typeof calibrated>, { problem: at, mode: held }: typeof learned) {
    const shared = new Float64Array(layout.shared);
    shared.set(held.shared);
    const mode = { ...held, shared };
    const system = arrowSystem(layout.shared, layout.perUnit, design.units);
    const steps = names.map(() => layout.path!.stepPrior);
    const start = at.variances.effectStep.length > 0 ? at.variances.effectStep : steps;
    let variances = { ...at.variances, effectStep: start };
    for (let pass = 0; ; pass++) {
      const problem = makeProblem(design, layout, variances, at.weights, rows);
      linearise(problem, shared, mode.own, system);
      const factor = factorArrow(system, 0) ?? factorArrow(system, 1e-9);
      if (!factor)
        throw new Error("The curvature with its priors is positive definite by construction; this is a bug.");
      if (pass === 2) return { problem, mode, factor: drawingFactor(problem, mode, factor) };
      variances = { ...variances, effectStep: pathEvidence(problem, mode, factor).effectStep };
    }
  }
}
