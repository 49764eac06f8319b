import { createRandom } from "@mmm/core";
import { setupBackend, valueAndGrad } from "@mmm/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { FreeParameters } from "../parameter/free-parameters.js";
import { constrain, constrainDerivative } from "../parameter/parameter.js";
import type { SaturationFamily } from "./family.js";
import { hill } from "./hill.js";
import { log } from "./log.js";
import { inverseScaledLogistic, logistic } from "./logistic.js";
import { michaelisMenten } from "./michaelis-menten.js";
import { noSaturation } from "./none.js";
import { root } from "./root.js";
import { saturationModule } from "./saturation-module.js";
import { tanh } from "./tanh.js";

const families: [string, SaturationFamily][] = [
  ["hill", hill()],
  ["hill robyn", hill({ convention: "robyn", observedRange: [0.5, 4] })],
  ["logistic", logistic()],
  ["inverseScaledLogistic", inverseScaledLogistic()],
  ["tanh", tanh()],
  ["tanh pymc", tanh({ convention: "pymc" })],
  ["michaelisMenten", michaelisMenten()],
  ["michaelisMenten pymc", michaelisMenten({ convention: "pymc" })],
  ["root", root()],
  ["log", log()],
  ["none", noSaturation()],
];

const [rows, channels] = [40, 3];

function example(family: SaturationFamily) {
  const random = createRandom(5);
  const x = Float32Array.from({ length: rows * channels }, () => Math.max(0.02, random.normal() + 1.5));
  x.fill(0, 0, channels);
  const free = family.parameters.map(() => Array.from({ length: channels }, () => 0.7 * random.normal()));
  const allowed = (c: number): number[] => family.parameters.map((parameter, p) => constrain(parameter, free[p]![c]!));
  const params: FreeParameters = Object.fromEntries(
    family.parameters.map((parameter, p) => [parameter.name, tf.tensor1d(free[p]!)]),
  );
  return { x, free, allowed, params };
}

describe.each(["cpu", "wasm"] as const)("on tfjs %s", (backend) => {
  beforeAll(() => setupBackend(backend));

  describe.each(families)("saturationModule of %s", (_, family) => {
    it("equals the plain function, exactly zero at zero", () => {
      const { x, allowed, params } = example(family);
      const module = saturationModule(family);
      const actual = module.apply(params, tf.tensor2d(x, [rows, channels]), undefined).dataSync();
      actual.forEach((value, i) => {
        const expected = family.apply(x[i]!, allowed(i % channels));
        expect(Math.abs(value - expected)).toBeLessThan(1e-5 * (1 + Math.abs(expected)));
        if (x[i] === 0) expect(value).toBe(0);
      });
    });

    it("has the gradients that the plain derivatives give", () => {
      const { x, free, allowed, params } = example(family);
      const module = saturationModule(family);
      const { gradient } = valueAndGrad((p: { x: tf.Tensor; free: FreeParameters }) =>
        tf.sum(module.apply(p.free, p.x, undefined)),
      )({ x: tf.tensor2d(x, [rows, channels]), free: params });
      const out = new Float64Array(2 + family.parameters.length);
      const byInput = gradient.x.dataSync();
      const sums = family.parameters.map(() => new Float64Array(channels));
      for (let i = 0; i < x.length; i++) {
        family.derivatives(x[i]!, allowed(i % channels), out);
        if (x[i]! > 0) expect(Math.abs(byInput[i]! - out[1]!)).toBeLessThan(1e-4 * (1 + Math.abs(out[1]!)));
        expect(Number.isFinite(byInput[i])).toBe(true);
        for (let p = 0; p < sums.length; p++) sums[p]![i % channels]! += out[2 + p]!;
      }
      family.parameters.forEach((parameter, p) => {
        const actual = (gradient.free as FreeParameters)[parameter.name]!.dataSync();
        for (let c = 0; c < channels; c++) {
          const expected = sums[p]![c]! * constrainDerivative(parameter, free[p]![c]!);
          expect(Math.abs(actual[c]! - expected)).toBeLessThan(2e-4 * (1 + Math.abs(expected)));
        }
      });
    });
  });
});

describe("saturationModule", () => {
  beforeAll(() => setupBackend("cpu"));

  it("starts at the initial values", () => {
    const module = saturationModule(hill());
    const values = module.describe!(module.init(createRandom(1), { channels: 1 })) as Record<string, number[]>;
    expect(values["slope"]![0]).toBeCloseTo(1.3, 5);
    expect(values["halfSaturation"]![0]).toBeCloseTo(1, 5);
  });

  it("counts negative activity as zero", () => {
    const module = saturationModule(hill());
    const params = module.init(createRandom(1), { channels: 1 });
    expect([...module.apply(params, tf.tensor2d([[-3], [0]]), undefined).dataSync()]).toEqual([0, 0]);
  });

  it("takes a family of one's own with its tensor form", () => {
    const own = { ...noSaturation(), id: "own" };
    expect(() => saturationModule(own).apply({}, tf.ones([1, 1]), undefined)).toThrow(/'own' has no tensor form/);
    const squared = saturationModule(own, { formula: (x) => tf.square(x) });
    expect([...squared.apply({}, tf.tensor2d([[3]]), undefined).dataSync()]).toEqual([9]);
  });
});
