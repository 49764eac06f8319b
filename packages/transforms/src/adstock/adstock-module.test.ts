import { createRandom } from "@mmm/core";
import { setupBackend, valueAndGrad } from "@mmm/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { type FreeParameters, freePenalty } from "../parameter/free-parameters.js";
import { constrain, constrainDerivative } from "../parameter/parameter.js";
import { adstockModule } from "./adstock-module.js";
import { binomial } from "./binomial.js";
import { carryOver } from "./convolve.js";
import { delayed } from "./delayed.js";
import { type AdstockFamily, defineAdstock } from "./family.js";
import { geometric } from "./geometric.js";
import { noAdstock } from "./none.js";
import { weibullCdf, weibullPdf } from "./weibull.js";

const families: [string, AdstockFamily][] = [
  ["geometric", geometric()],
  ["geometric robyn", geometric({ convention: "robyn" })],
  ["geometric lmmm", geometric({ convention: "lmmm" })],
  ["delayed", delayed()],
  ["weibullCdf", weibullCdf()],
  ["weibullCdf robyn", weibullCdf({ convention: "robyn" })],
  ["weibullPdf", weibullPdf()],
  ["weibullPdf pymc", weibullPdf({ convention: "pymc" })],
  ["weibullPdf robyn", weibullPdf({ convention: "robyn" })],
  ["binomial", binomial()],
  ["none", noAdstock()],
];

const learned = families.filter(([, family]) => family.parameters.length > 0);

const [units, periods, channels, lags] = [2, 15, 3, 7];

// Random activity and free parameters, and what the plain functions say about them.
function example(family: AdstockFamily, normalised: boolean, before: number) {
  const random = createRandom(11);
  const activity = Float32Array.from({ length: units * periods * channels }, () => Math.max(0, random.normal() + 1));
  const free = family.parameters.map(() => Array.from({ length: channels }, () => random.normal()));
  const series = (r: number, c: number): number[] =>
    Array.from({ length: periods }, (_, t) => activity[(r * periods + t) * channels + c]!);
  const allowed = (c: number): number[] => family.parameters.map((parameter, p) => constrain(parameter, free[p]![c]!));
  const expected = new Float64Array(activity.length);
  for (let r = 0; r < units; r++) {
    for (let c = 0; c < channels; c++) {
      carryOver(series(r, c), family.weights(allowed(c), lags, normalised), { before }).forEach((value, t) => {
        expected[(r * periods + t) * channels + c] = value;
      });
    }
  }
  const params: FreeParameters = Object.fromEntries(
    family.parameters.map((parameter, p) => [parameter.name, tf.tensor1d(free[p]!)]),
  );
  return { activity: tf.tensor3d(activity, [units, periods, channels]), free, params, expected, series, allowed };
}

describe.each(["cpu", "wasm"] as const)("on tfjs %s", (backend) => {
  beforeAll(() => setupBackend(backend));

  describe.each(families)("adstockModule of %s", (_, family) => {
    it.each([true, false])("equals the plain functions (normalised: %s)", (normalised) => {
      for (const before of [0, 2]) {
        const { activity, params, expected } = example(family, normalised, before);
        const module = adstockModule(family, { lags, normalised });
        const actual = module.apply(params, activity, { before: tf.fill([units, channels], before) }).dataSync();
        expected.forEach((value, i) => {
          expect(Math.abs(actual[i]! - value)).toBeLessThan(2e-5 * (1 + Math.abs(value)));
        });
      }
    });
  });

  describe.each(learned)("adstockModule of %s", (_, family) => {
    it("has the gradient that the plain derivatives give", () => {
      const { activity, params, free, series, allowed } = example(family, family.normalised, 0);
      const module = adstockModule(family, { lags });
      const { gradient } = valueAndGrad((p: FreeParameters) => tf.sum(tf.square(module.apply(p, activity, {}))))(
        params,
      );
      family.parameters.forEach((parameter, p) => {
        const actual = gradient[parameter.name]!.dataSync();
        for (let c = 0; c < channels; c++) {
          const { weights, jacobian } = family.gradient(allowed(c), lags);
          let slope = 0;
          for (let r = 0; r < units; r++) {
            const carried = carryOver(series(r, c), weights);
            const change = carryOver(series(r, c), jacobian.subarray(p * lags, (p + 1) * lags));
            for (let t = 0; t < periods; t++) slope += 2 * carried[t]! * change[t]!;
          }
          slope *= constrainDerivative(parameter, free[p]![c]!);
          expect(Math.abs(actual[c]! - slope)).toBeLessThan(2e-4 * (1 + Math.abs(slope)));
        }
      });
    });
  });
});

describe("adstockModule", () => {
  beforeAll(() => setupBackend("cpu"));

  it("starts at the initial values and describes them", () => {
    const module = adstockModule(delayed());
    const params = module.init(createRandom(1), { channels: 2 });
    const { decay, peak } = module.describe!(params) as Record<string, number[]>;
    for (const value of decay!) expect(value).toBeCloseTo(0.5, 6);
    for (const value of peak!) expect(value).toBeCloseTo(1, 6);
  });

  it("penalises distance from the prior on the free scale: ½·(1² + (3 − 1)²/2²) = 1", () => {
    const parameters = geometric().parameters;
    const free = { decay: tf.tensor1d([1, 0]) };
    expect(freePenalty(parameters, free, { decay: { mean: 0, sd: 1 } }).dataSync()[0]).toBeCloseTo(0.5, 6);
    const module = adstockModule(geometric(), { priors: { decay: { mean: 1, sd: 2 } } });
    expect(module.penalty!({ decay: tf.tensor1d([3, 1]) }).dataSync()[0]).toBeCloseTo(0.5, 6);
  });

  it("has finite gradients for extreme free parameters", () => {
    for (const [, family] of learned) {
      for (const extreme of [-60, 60]) {
        const params = Object.fromEntries(family.parameters.map((p) => [p.name, tf.fill([channels], extreme)]));
        const module = adstockModule(family, { lags });
        const { value, gradient } = valueAndGrad((p: FreeParameters) =>
          tf.sum(module.apply(p, tf.ones([units, periods, channels]), {})),
        )(params);
        expect(Number.isFinite(value.dataSync()[0])).toBe(true);
        for (const leaf of Object.values(gradient)) expect(leaf.dataSync().every(Number.isFinite)).toBe(true);
      }
    }
  });

  it("says which length init needs and which families have a tensor form", () => {
    expect(() => adstockModule(geometric()).init(createRandom(1), { units: 2 })).toThrow(
      "Module 'adstock-geometric' needs the length 'channels'; given: units.",
    );
    const own = defineAdstock({
      id: "own",
      title: "Own",
      formula: "",
      citation: "",
      parameters: [],
      raw: (_, weights) => void weights.fill(1),
    });
    const input = tf.ones([1, 4, 1]);
    expect(() => adstockModule(own, { lags: 2 }).apply({}, input, {})).toThrow(/'own' has no tensor form/);
    const formula = (_: unknown, lag: tf.Tensor): tf.Tensor => tf.onesLike(lag);
    const carried = adstockModule(own, { lags: 2, formula }).apply({}, input, {});
    expect([...carried.dataSync()]).toEqual([0.5, 1, 1, 1]);
  });
});
