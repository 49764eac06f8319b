// A Fit is everything later steps need: the panel and its split, the scales, the mode, and posterior draws. Results,
// charts and plans are computed from it and from nothing else.

import { createRandom, MmmError, type Panel, type RunHooks, throwIfCancelled } from "@mmm/core";
import { type Readings, readCalibration } from "../calibration/before-after.js";
import { calibrationOf } from "../calibration/calibration.js";
import { defaultGraph } from "../causal/default-graph.js";
import { learnChannelGraph } from "../causal/learn-graph.js";
import type { ChannelGraph } from "../causal/types.js";
import type { NetworkRun } from "../network/types.js";
import type { ArrowFactor } from "../structural/curvature.js";
import { buildDesign, type Design } from "../structural/design.js";
import { drawAround } from "../structural/evidence-draw.js";
import { type Learned, learn } from "../structural/learn.js";
import { buildLayout, type Layout } from "../structural/parameters.js";
import { withSeasonEnd } from "../structural/season-evidence.js";
import { resolveSettings, type StructuralOptions, type StructuralSettings } from "../structural/settings.js";
import { silentDraws } from "../structural/silent-channels.js";

/** Posterior draws of every parameter on the unconstrained scale. */
export interface Draws {
  readonly count: number;
  /** `[count]` vectors of the shared parameters. */
  readonly shared: readonly Float64Array[];
  /** `[count]` vectors `[units, perUnit]`. */
  readonly own: readonly Float64Array[];
}

export interface Fit {
  readonly panel: Panel;
  readonly settings: StructuralSettings;
  readonly design: Design;
  readonly layout: Layout;
  readonly learned: Omit<Learned, "factor">;
  readonly draws: Draws;
  /** What the fit without lift tests and priors says about them; null where there are none. */
  readonly uncalibrated: Readings | null;
  /** How channels drive channels; absent without a graph. */
  readonly causal?: ChannelGraph;
  /** How effects that change over time were found by a network; absent where no network was trained. */
  readonly network?: NetworkRun;
  readonly runtime: { readonly seconds: number; readonly cpuSeconds: number };
}

/**
 * Fit the structural marketing mix model: hierarchical baseline with a slowly moving level, seasonality, trend and
 * controls, learned carryover and saturation per channel, non-negative effects pooled over units, Huber noise.
 *
 * The mode of the penalised likelihood is found by Levenberg–Marquardt in float64; variances by empirical Bayes; draws
 * come from the Gauss–Newton (Laplace) approximation at the mode. The holdout is never looked at.
 *
 * @param panel units × periods with at least one channel
 * @returns the fit; non-convergence is reported by `fit.learned.mode.converged`, not thrown
 * @throws MmmError of kind `usage` for options that do not suit the panel, `data` for channels or units without data
 * @example
 * const fit = await fitStructural(panel, { holdout: 13, seed: 1 });
 * console.log(resultOf(fit).channels[0].roi);
 *
 * Sources: Jin et al. (2017), Bayesian methods for media mix modeling with carryover and shape effects; Sun et al.
 * (2017), geo-level Bayesian hierarchical media mix modeling. We differ in inference (mode and curvature instead of
 * sampling) and in the random-walk level, which is integrated out.
 */
export async function fitStructural(panel: Panel, options: StructuralOptions = {}, hooks?: RunHooks): Promise<Fit> {
  const clock = startClock();
  const settings = resolveSettings(panel, options);
  const design = buildDesign(panel, settings);
  const names = panel.roles.channels.map((channel) => channel.name);
  const plain = buildLayout(design, settings, names);
  const graph = options.graph ?? defaultGraph();
  const learning = learnChannelGraph(design, names, graph, { seed: settings.seed }, hooks);
  const causal = await (options.graph ? learning : learning.catch(withoutGraph));
  const more = causal === null ? {} : { causal };
  const spillOver = causal?.spillOver ?? null;
  const calibration = calibrationOf({ panel, settings, design, layout: plain, spillOver });
  const uncalibrated = calibration && (await readWithout());
  const trained = calibration?.layout ?? plain;
  const { factor, ...learned } = await learn(design, trained, settings, hooks, calibration?.rows);
  const layout = withSeasonEnd(trained, settings, learned.seasonEvidence);
  throwIfCancelled(hooks);
  const draws = drawPosterior(learned, factor, settings);
  return { panel, settings, design, layout, learned, draws, uncalibrated, ...more, runtime: clock() };

  // The same fit without tests and priors.
  async function readWithout(): Promise<Readings> {
    const phase = "fit without calibration";
    const onProgress: RunHooks["onProgress"] = (event) => hooks?.onProgress?.({ ...event, phase });
    const { factor, ...learned } = await learn(design, plain, settings, { ...hooks, onProgress });
    throwIfCancelled(hooks);
    const draws = drawPosterior(learned, factor, settings);
    const without = { panel, settings, design, layout: plain, learned, draws, ...more };
    return readCalibration(without, calibration!, spillOver);
  }
}

// Nobody asked for the default graph: activity that no engine can sort (twins, too few rows) means none, not no fit.
function withoutGraph(error: unknown): null {
  if (error instanceof MmmError && error.kind === "data") return null;
  throw error;
}

export function drawPosterior(
  { mode, problem }: Pick<Learned, "mode" | "problem">,
  factor: ArrowFactor,
  settings: StructuralSettings,
): Draws {
  const random = createRandom(settings.seed).split("posterior");
  const silent = silentDraws(problem, mode, createRandom(settings.seed).split("silent channels"));
  const errors = createRandom(settings.seed).split("evidence");
  const shared: Float64Array[] = [];
  const own: Float64Array[] = [];
  for (let d = 0; d < settings.draws; d++) {
    const a = Float64Array.from(mode.shared, () => random.normal());
    const b = Float64Array.from(mode.own, () => random.normal());
    const e = Float64Array.from(problem.evidence, () => errors.normal());
    drawAround(problem, mode, factor, { shared: a, own: b }, e);
    silent?.({ shared: a, own: b });
    shared.push(a);
    own.push(b);
  }
  return { count: settings.draws, shared, own };
}

/** Wall and CPU seconds since the call; CPU seconds are 0 where the platform cannot tell. */
export function startClock(): () => { seconds: number; cpuSeconds: number } {
  const cpu = (globalThis as { process?: { cpuUsage?: () => { user: number; system: number } } }).process?.cpuUsage;
  const wallStart = performance.now();
  const start = cpu?.();
  return () => {
    const end = cpu?.();
    return {
      seconds: (performance.now() - wallStart) / 1000,
      cpuSeconds: start && end ? (end.user - start.user + end.system - start.system) / 1e6 : 0,
    };
  };
}
