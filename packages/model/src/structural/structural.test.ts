import { createRandom, type Panel } from "@mmm/core";
import { simulatePanel } from "@mmm/data";
import { compile, eagerEngine, type NdArray, valueAndGrad } from "@mmm/tensor";
import { onnxEngine } from "@mmm/tensor-onnx";
import { describe, expect, it } from "vitest";
import { arrowSystem } from "./curvature.js";
import { buildDesign } from "./design.js";
import { clippedVariance } from "./level-variance.js";
import { findMode } from "./levenberg-marquardt.js";
import { linearise, makeProblem, objective, type Problem, unitWeights } from "./objective.js";
import { buildLayout } from "./parameters.js";
import { resolveSettings, type StructuralOptions } from "./settings.js";
import { tensorStructural } from "./tensor-model.js";
import { initialVariances } from "./variance.js";

const { panel } = simulatePanel({ units: 5, periods: 60, channels: 2, controls: 1, missing: 0.03 }, 4);

function problemOf(source: Panel, options: StructuralOptions = {}): Problem {
  const settings = resolveSettings(source, { holdout: 8, ...options });
  const design = buildDesign(source, settings);
  const names = source.roles.channels.map(({ name }) => name);
  const layout = buildLayout(design, settings, names);
  const variances = { ...initialVariances(design, settings.level, layout), levelStep: settings.level ? 0.1 : 0 };
  const weights = unitWeights(design).map((weight, i) => (i % 17 === 0 ? 0.4 * weight : weight));
  return makeProblem(design, layout, variances, weights);
}

// A point near the prior mean; with `lift` the effects are so large that media exceed the ceiling.
function somewhere({ design, layout }: Problem, lift = 0) {
  const random = createRandom(9);
  const near = (value: number) => value + 0.3 * random.normal();
  const effects = new Set(layout.channels.map(({ effect }) => effect));
  return {
    shared: layout.priorMean.map((value, i) => {
      if (i >= layout.shock && i < layout.shock + layout.shocks) return 0.01 * random.normal();
      return near(value) + (effects.has(i) ? lift : 0);
    }),
    own: Float64Array.from({ length: design.units * layout.perUnit }, () => 0.05 * random.normal()),
  };
}

describe("objective of the structural model", () => {
  for (const [carryover, saturation] of [
    ["geometric", "hill"],
    ["delayed", "logistic"],
    ["weibullPdf", "michaelisMenten"],
    ["none", "none"],
  ] as const) {
    it(`has the gradient that finite differences give (${carryover}, ${saturation})`, () => {
      const problem = problemOf(panel, { carryover, saturation });
      const { shared, own } = somewhere(problem, carryover === "delayed" ? 3 : 0);
      const system = arrowSystem(problem.layout.shared, problem.layout.perUnit, problem.design.units);
      linearise(problem, shared, own, system);
      const scale = Math.max(...system.sharedGradient.map(Math.abs));
      const differ = (vector: Float64Array, i: number): number => {
        const h = 1e-5;
        const at = vector[i]!;
        vector[i] = at + h;
        const up = objective(problem, shared, own);
        vector[i] = at - h;
        const down = objective(problem, shared, own);
        vector[i] = at;
        return (up - down) / (2 * h);
      };
      for (let i = 0; i < shared.length; i += i < problem.layout.shock ? 1 : 9) {
        expect(Math.abs(system.sharedGradient[i]! + differ(shared, i)) / scale).toBeLessThan(1e-6);
      }
      for (let i = 0; i < own.length; i++) {
        expect(Math.abs(system.unitGradient[i]! + differ(own, i)) / scale).toBeLessThan(1e-6);
      }
    });
  }

  const engines = [
    { name: "tfjs cpu, float32", make: () => eagerEngine({ backend: "cpu" }), value: 1e-5, gradient: 2e-5 },
    { name: "ONNX, float64", make: () => onnxEngine({ precision: "float64" }), value: 1e-9, gradient: 1e-6 },
  ] as const;
  it.each(engines)("is the same written with tensor modules, value and gradient ($name)", async (engine) => {
    const problem = problemOf(panel);
    const { shared, own } = somewhere(problem, 3);
    const { layout } = problem;
    const model = tensorStructural(problem, shared, own);
    const both = (params: never, data: never) => {
      const { value, gradient } = valueAndGrad((p: never) => model.objective(p, data))(params);
      return { value, gradient };
    };
    const run = await compile(both as never, [model.params, model.data] as never, {
      engine: engine.make(),
    });
    const result = (await (run as (...args: unknown[]) => Promise<unknown>)(model.params, model.data)) as {
      value: NdArray;
      gradient: Record<string, NdArray & Record<string, Record<string, Record<string, NdArray>>>>;
    };
    await run.dispose();
    const system = arrowSystem(layout.shared, layout.perUnit, problem.design.units);
    const expected = linearise(problem, shared, own, system);
    expect(Math.abs(result.value.data[0]! / expected - 1)).toBeLessThan(engine.value);

    const scale = Math.max(...system.sharedGradient.map(Math.abs));
    const close = (actual: number, i: number) =>
      expect(Math.abs(actual + system.sharedGradient[i]!) / scale).toBeLessThan(engine.gradient);
    for (let i = layout.channels[0]!.effect; i < layout.shared; i++) {
      const isShape = layout.channels.some((channel) => i >= channel.adstockStart && i < channel.effect);
      if (!isShape) close(result.gradient["shared"]!.data[i]!, i);
    }
    layout.channels.forEach((channel, c) => {
      const tree = result.gradient["channel"]![String(c)]!;
      channel.adstockPriors.forEach((prior, j) => {
        close(tree["adstock"]![prior.parameter.name]!.data[0]!, channel.adstockStart + j);
      });
      channel.saturationPriors.forEach((prior, j) => {
        close(tree["saturation"]![prior.parameter.name]!.data[0]!, channel.saturationStart + j);
      });
    });
    result.gradient["own"]!.data.forEach((value, i) => {
      expect(Math.abs(value + system.unitGradient[i]!) / scale).toBeLessThan(engine.gradient);
    });
  });
});

it("clipped variance has its closed values", () => {
  expect(clippedVariance(Number.POSITIVE_INFINITY)).toBe(1);
  expect(clippedVariance(2)).toBeCloseTo(0.954499736 - 4 * 0.053990967 + 8 * 0.022750132, 3);
  expect(clippedVariance(8)).toBeCloseTo(1, 6);
});

describe("findMode", () => {
  it("ends where the Newton decrement vanishes, from any start", () => {
    const problem = problemOf(panel);
    const size = problem.design.units * problem.layout.perUnit;
    const start = {
      shared: problem.layout.priorMean.map((v) => (Number.isNaN(v) ? 0 : v)),
      own: new Float64Array(size),
    };
    const { mode: first } = findMode(problem, start, { tolerance: 1e-7 });
    const { mode: second } = findMode(problem, somewhere(problem), { tolerance: 1e-7 });
    expect(first.converged).toBe(true);
    expect(second.converged).toBe(true);
    expect(first.decrement).toBeLessThan(1e-7);
    expect(Math.abs(first.objective - second.objective)).toBeLessThan(1e-4);
  });
});
