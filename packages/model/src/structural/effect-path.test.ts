import { createRandom, slicePeriods } from "@mmm/core";
import { simulatePanel } from "@mmm/data";
import { describe, expect, it } from "vitest";
import { curveStates } from "../attribution/curves.js";
import { decompose } from "../attribution/decompose.js";
import { effectPaths } from "../attribution/effect-paths.js";
import { fitStructural } from "../fit/fit.js";
import { forecast } from "../forecast/forecast.js";
import { decodeFit, encodeFit } from "../save/fit-files.js";
import { effectOf } from "./channel-curve.js";
import { arrowSystem } from "./curvature.js";
import { buildDesign } from "./design.js";
import { knotPrecision, pathState } from "./effect-path.js";
import { linearise, makeProblem, objective, unitWeights } from "./objective.js";
import { buildLayout } from "./parameters.js";
import { resolveSettings } from "./settings.js";
import { initialVariances } from "./variance.js";

const { panel } = simulatePanel({ units: 4, periods: 60, channels: 2, controls: 1 }, 4);
const names = panel.roles.channels.map(({ name }) => name);

describe("effects that change over time", () => {
  const settings = resolveSettings(panel, { holdout: 6, timeVarying: { range: 0.5 } });
  const design = buildDesign(panel, settings);
  const random = createRandom(2);
  const offset = Float64Array.from({ length: design.trainingEnd * 2 }, () => 0.1 * random.normal());
  const layout = buildLayout(design, settings, names, { offset });

  it("have the gradient that finite differences give, also above the media ceiling", () => {
    const variances = initialVariances(design, true, layout);
    const problem = makeProblem(design, layout, variances, unitWeights(design));
    const effects = new Set(layout.channels.map(({ effect }) => effect));
    const shared = layout.priorMean.map((value, i) => value + 0.2 * random.normal() + (effects.has(i) ? 2 : 0));
    const own = Float64Array.from({ length: design.units * layout.perUnit }, () => 0.05 * random.normal());
    const system = arrowSystem(layout.shared, layout.perUnit, design.units);
    linearise(problem, shared, own, system);
    const scale = Math.max(...system.sharedGradient.map(Math.abs));
    for (let i = 0; i < shared.length; i++) {
      const at = shared[i]!;
      shared[i] = at + 1e-5;
      const up = objective(problem, shared, own);
      shared[i] = at - 1e-5;
      const slope = (up - objective(problem, shared, own)) / 2e-5;
      shared[i] = at;
      expect(Math.abs(system.sharedGradient[i]! + slope) / scale, layout.names[i]).toBeLessThan(1e-6);
    }
  });

  it("are bounded, centred, and do not feel a shift of all knots", () => {
    const path = layout.path!;
    const shared = new Float64Array(layout.shared);
    const plain = buildLayout(design, settings, names).path!;
    expect(pathState(plain, 2, shared).factor.every((factor) => factor === 1)).toBe(true);
    for (let k = 0; k < path.knots; k++) shared[path.start + k] = 0.3 * k;
    const { factor } = pathState(plain, 2, shared);
    const logs = Array.from({ length: design.trainingEnd }, (_, t) => Math.log(factor[2 * t]!));
    expect(Math.max(...logs.map(Math.abs))).toBeLessThan(Math.log(1.5));
    const bound = Math.log(1.5);
    const linear = logs.map((value) => bound * Math.atanh(value / bound));
    expect(linear.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 8);
    for (let k = 0; k < path.knots; k++) shared[path.start + k]! += 0.7;
    pathState(plain, 2, shared).factor.forEach((value, i) => {
      expect(value).toBeCloseTo(factor[i]!, 10);
    });
  });

  it("have steps with the stated precision", () => {
    const precision = knotPrecision(4, 0.5);
    const steps = [0.2, -0.1, 0.4];
    const z = [0, 0.2, 0.1, 0.5].map((value) => value - 0.2);
    const quadratic = z.reduce((sum, a, j) => sum + z.reduce((s, b, k) => s + a * precision[j * 4 + k]! * b, 0), 0);
    expect(quadratic).toBeCloseTo(
      steps.reduce((sum, step) => sum + (step / 0.5) ** 2, 0),
      10,
    );
  });
});

it("a believed share of a channel enters with its derivative where effects change over time", async () => {
  const [first] = names;
  const priors = { [first!]: { share: [0.04, 0.08] as const } };
  const fit = await fitStructural(panel, { draws: 40, timeVarying: true, priors });
  const { problem, mode } = fit.learned;
  expect(problem.evidence.length).toBe(1);
  const shared = mode.shared.map((value, i) => value + 0.02 * Math.sin(i));
  const system = arrowSystem(fit.layout.shared, fit.layout.perUnit, fit.design.units);
  linearise(problem, shared, mode.own, system);
  for (let i = 0; i < shared.length; i++) {
    const at = shared[i]!;
    shared[i] = at + 1e-5;
    const up = objective(problem, shared, mode.own);
    shared[i] = at - 1e-5;
    const slope = (up - objective(problem, shared, mode.own)) / 2e-5;
    shared[i] = at;
    expect(Math.abs(slope + system.sharedGradient[i]!)).toBeLessThan(1e-4 * Math.max(1, Math.abs(slope)));
  }
}, 60_000);

describe("a fit with effects that change", () => {
  const drifting = simulatePanel({ units: 8, periods: 104, channels: 3, drift: 0.35 }, 5);
  const fitted = fitStructural(drifting.panel, { holdout: 8, draws: 60, timeVarying: true, graph: "none" });

  it("finds the paths of the truth better than constant effects do", async () => {
    const paths = effectPaths(await fitted)!;
    const truth = drifting.truth.effectMultiplier;
    let found = 0;
    let constant = 0;
    for (let c = 0; c < 3; c++) {
      for (let t = 0; t < 96; t++) {
        found += (paths[c]![t]!.mean - truth[t * 3 + c]!) ** 2;
        constant += (1 - truth[t * 3 + c]!) ** 2;
      }
    }
    expect(found).toBeLessThan(0.5 * constant);
  }, 60_000);

  it("adds up, holds its last effect, and comes back from its files as it was", async () => {
    const fit = await fitted;
    const parts = decompose(fit);
    const i = 3 * 104 + 50;
    const sum = [parts.level, parts.trend, parts.season, ...parts.controls, ...parts.media].reduce(
      (a, x) => a + x[i]!,
      0,
    );
    expect(sum / parts.prediction[i]!).toBeCloseTo(1, 12);
    const paths = effectPaths(fit)!;
    expect(paths[1]![103]).toEqual(paths[1]![95]);
    const back = decodeFit(encodeFit(fit));
    expect(decompose(back).prediction).toEqual(parts.prediction);
    expect(effectPaths(back)).toEqual(paths);
    const plain = buildLayout(fit.design, { ...fit.settings, timeVarying: null }, names);
    expect(plain.path).toBeNull();
    const state = curveStates(fit).mode[1]!;
    const base = fit.learned.mode.shared[fit.layout.channels[1]!.effect]!;
    const { factor } = pathState(fit.layout.path!, 2, fit.learned.mode.shared);
    const own = factor.filter((_, k) => k % 2 === 1);
    expect(state.effect).toBeCloseTo(effectOf(base) * own[95]!, 12);
    const mean = own.reduce((a, x) => a + x, 0) / own.length;
    expect(paths[1]![95]!.mean).toBeCloseTo(own[95]! / mean, 12);
  }, 60_000);

  it("forecasts what it predicts in a holdout", async () => {
    const known = await fitStructural(slicePeriods(drifting.panel, 0, 96), {
      draws: 60,
      timeVarying: true,
      graph: "none",
    });
    const { total, channels } = forecast(known, slicePeriods(drifting.panel, 96, 104));
    const { prediction, media } = decompose(await fitted);
    const ahead = (values: Float64Array): number =>
      values.reduce((sum, value, i) => sum + (i % 104 >= 96 ? value : 0), 0);
    expect(total.mean / ahead(prediction)).toBeCloseTo(1, 9);
    expect(channels[2]!.contribution.mean / ahead(media[2]!)).toBeCloseTo(1, 9);
  }, 60_000);
});
