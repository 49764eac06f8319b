import { createRandom } from "@mmm/core";
import { simulatePanel } from "@mmm/data";
import { gruPath, localLevel, type TemporalEngine } from "@mmm/temporal-gru";
import { compile, eagerEngine, ndArray, type ParameterTree, scalarOf } from "@mmm/tensor";
import { onnxEngine } from "@mmm/tensor-onnx";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { decompose } from "../attribution/decompose.js";
import { effectPaths } from "../attribution/effect-paths.js";
import { fitStructural } from "../fit/fit.js";
import { resultOf } from "../result/result.js";
import { decodeFit, encodeFit } from "../save/fit-files.js";
import { buildDesign } from "../structural/design.js";
import { makeProblem, objective, unitWeights } from "../structural/objective.js";
import { buildLayout } from "../structural/parameters.js";
import { resolveSettings } from "../structural/settings.js";
import { tensorStructural } from "../structural/tensor-model.js";
import { initialVariances } from "../structural/variance.js";
import { decodeNetworkCheckpoint, encodeNetworkCheckpoint } from "./checkpoint-bytes.js";
import { fitNetwork } from "./fit-network.js";
import type { NetworkCheckpoint } from "./train-path.js";

const { panel, truth } = simulatePanel({ units: 6, periods: 80, channels: 2, controls: 1, drift: 0.4 }, 11);
const names = panel.roles.channels.map(({ name }) => name);
const options = { holdout: 8, draws: 40, seed: 3 };
const training = { steps: 80, rounds: 1, validation: 6 };

it("is the solver's objective with the same factor on the effects, also with the pull of the paths", async () => {
  const settings = resolveSettings(panel, { ...options, timeVarying: { range: 0.8 } });
  const design = buildDesign(panel, settings);
  const random = createRandom(4);
  const offset = Float64Array.from({ length: design.trainingEnd * 2 }, () => 0.3 * random.normal());
  const held = buildLayout(design, settings, names, { offset, free: false });
  const constant = buildLayout(design, { ...settings, timeVarying: null }, names);
  const pathPull = Array.from({ length: held.baseline }, (_, i) => Math.sin(i));
  const variances = { ...initialVariances(design, true, held), pathPull };
  const shared = held.priorMean.map((value) => value + 0.1 * random.normal());
  const own = Float64Array.from({ length: design.units * held.perUnit }, () => 0.05 * random.normal());
  const weights = unitWeights(design);
  const expected = objective(makeProblem(design, held, variances, weights), shared, own);
  const bound = Math.log(1.8);
  const model = tensorStructural(makeProblem(design, constant, variances, weights), shared, own, {
    modulation: (_, data) => tf.exp(tf.mul(bound, tf.tanh(tf.div((data as { readonly path: tf.Tensor }).path, bound)))),
  });
  const data = { ...model.data, path: ndArray(offset, [1, design.trainingEnd, 2]) };
  const run = await compile(model.objective as never, [model.params, data] as never, {
    engine: onnxEngine({ precision: "float64" }),
  });
  const value = scalarOf(
    (await (run as unknown as (...args: unknown[]) => Promise<never>)(model.params, data)) as never,
  );
  await run.dispose();
  expect(value / expected).toBeCloseTo(1, 8);
  expect(model.vectorsOf(model.params).shared).toEqual(shared);
}, 60_000);

// A user's own engine: effects change along a straight line.
const straight: TemporalEngine<{ readonly slope: tf.Tensor }> = {
  name: "straight",
  init: (_, { series }) => ({ slope: tf.zeros([series!]) }),
  apply({ slope }, { periods, fitted = periods }) {
    const time = Float32Array.from({ length: periods }, (_, t) => Math.min(t, fitted - 1) / (fitted - 1) - 0.5);
    return {
      path: tf.mul(tf.tensor3d(time, [1, periods, 1]), tf.reshape(slope, [1, 1, -1])),
      penalty: tf.mul(0.5, tf.sum(tf.square(tf.div(slope, 0.5)))),
    };
  },
};

describe("a fit with a network", () => {
  it("finds drifting effects, and comes back from its files with how it was trained", async () => {
    const fit = await fitNetwork(panel, options, { temporal: localLevel(), training });
    const paths = effectPaths(fit)!;
    let found = 0;
    let constant = 0;
    for (let c = 0; c < 2; c++) {
      for (let t = 0; t < 72; t++) {
        const factor = truth.effectMultiplier[t * 2 + c]!;
        found += (paths[c]![t]!.mean - factor) ** 2;
        constant += (1 - factor) ** 2;
      }
    }
    expect(found).toBeLessThan(0.7 * constant);
    expect(fit.network).toMatchObject({ engine: "onnx", temporal: "localLevel", divergence: null });
    expect(fit.learned.mode.converged).toBe(true);
    const { validation, steps } = fit.network!.rounds[0]!;
    expect(validation!.best).toBeLessThan(validation!.constant);
    expect(steps).toBeGreaterThan(0);
    const back = decodeFit(encodeFit(fit));
    expect(decompose(back).prediction).toEqual(decompose(fit).prediction);
    expect(effectPaths(back)).toEqual(paths);
    expect(back.network).toEqual(fit.network);
  }, 120_000);

  it("is the fit with constant effects where a path does not forecast better", async () => {
    const steady = simulatePanel({ units: 5, periods: 70, channels: 2, controls: 1 }, 12).panel;
    const fit = await fitNetwork(steady, options, { temporal: localLevel(), training });
    const { validation, steps } = fit.network!.rounds[0]!;
    expect(validation!.evidence).toBeLessThan(1.5);
    expect(steps).toBe(0);
    const plain = await fitStructural(steady, { ...options, graph: "none" });
    expect(fit.draws).toEqual(plain.draws);
    expect(resultOf(fit).diagnostics.map(({ code }) => code)).toContain("CONSTANT_EFFECTS");
  }, 60_000);

  it("goes on from a checkpoint as if it had never stopped, and gives the same on wasm", async () => {
    const saved: NetworkCheckpoint[] = [];
    const save = (checkpoint: NetworkCheckpoint) => void saved.push(structuredClone(checkpoint));
    const given = { temporal: localLevel() };
    const short = { ...training, steps: 20, rounds: 2, validation: 0 };
    const whole = await fitNetwork(panel, options, {
      ...given,
      training: { ...short, checkpoint: { every: 2, save } },
    });
    expect(saved.some(({ finished }) => finished.length === 1)).toBe(true);
    const { checkpoint: resume, about } = decodeNetworkCheckpoint(encodeNetworkCheckpoint(saved.at(-1)!, "run 1"));
    expect(about).toBe("run 1");
    const resumed = await fitNetwork(panel, options, { ...given, training: { ...short, resume } });
    expect(resumed.layout.path!.offset).toEqual(whole.layout.path!.offset);
    expect(resumed.draws).toEqual(whole.draws);
    const temporal = gruPath({ hidden: 3 });
    const eager = await fitNetwork(panel, options, {
      temporal,
      engine: eagerEngine({ backend: "wasm" }),
      training: { ...short, steps: 3, rounds: 1 },
    });
    const native = await fitNetwork(panel, options, { temporal, training: { ...short, steps: 3, rounds: 1 } });
    expect(eager.network!.engine).toBe("tfjs-wasm");
    // Adam divides by the size of a gradient that starts at zero, so rounding moves the path where the loss is flat.
    const [first, same] = [eager, native].map(({ network }) => network!.rounds[0]!.loss[0]!);
    expect(Math.abs(first! / same! - 1)).toBeLessThan(1e-5);
    eager.layout.path!.offset!.forEach((value, i) => {
      expect(Math.abs(value - native.layout.path!.offset![i]!)).toBeLessThan(1e-2);
    });
  }, 240_000);

  it("takes an engine of one's own, and names what diverged", async () => {
    const temporal = straight as unknown as TemporalEngine<ParameterTree>;
    const fit = await fitNetwork(panel, options, { temporal, training: { ...training, validation: 0 } });
    const found = fit.layout.path!.offset!;
    const [early, middle, late] = [0, 36, 70].map((t) => found[2 * t]!);
    expect(Math.abs(late! - early!)).toBeGreaterThan(0.003);
    expect((middle! - early!) / (late! - early!)).toBeCloseTo(36 / 70, 4);
    const broken = {
      ...temporal,
      apply: (...args: Parameters<typeof temporal.apply>) => {
        const { path, penalty } = temporal.apply(...args);
        return { path, penalty: tf.log(tf.sub(0, tf.add(1, penalty))) };
      },
    };
    const diverged = await fitNetwork(panel, options, { temporal: broken, training: { ...training, validation: 0 } });
    expect(diverged.network!.divergence!.message).toMatch(/not finite|NaN|finite/);
    expect(decompose(diverged).prediction.every(Number.isFinite)).toBe(true);
    expect(resultOf(diverged).diagnostics.map(({ code }) => code)).toContain("NETWORK_DIVERGED");
  }, 120_000);
});
