// The tensor modules on the compiling engine: in double precision they must be the plain functions to many digits.

import { createRandom } from "@mmm/core";
import { compile, ndArray, setupBackend, valueAndGrad } from "@mmm/tensor";
import { onnxEngine } from "@mmm/tensor-onnx";
import { registerMatchers } from "@mmm/testing";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";
import { adstockModule } from "./adstock/adstock-module.js";
import { binomial } from "./adstock/binomial.js";
import { carryOver } from "./adstock/convolve.js";
import { delayed } from "./adstock/delayed.js";
import { geometric } from "./adstock/geometric.js";
import { weibullCdf, weibullPdf } from "./adstock/weibull.js";
import type { FreeParameters } from "./parameter/free-parameters.js";
import { constrain, constrainDerivative } from "./parameter/parameter.js";
import { hill } from "./saturation/hill.js";
import { log } from "./saturation/log.js";
import { inverseScaledLogistic, logistic } from "./saturation/logistic.js";
import { michaelisMenten } from "./saturation/michaelis-menten.js";
import { root } from "./saturation/root.js";
import { saturationModule } from "./saturation/saturation-module.js";
import { tanh } from "./saturation/tanh.js";

registerMatchers();
beforeAll(() => setupBackend("cpu"));

const engine = onnxEngine({ precision: "float64" });
const [periods, lags] = [20, 6];
const random = createRandom(3);
const series = Float64Array.from({ length: periods }, (_, t) => (t === 4 ? 0 : Math.abs(random.normal()) + 0.1));

it.each([geometric(), geometric({ convention: "lmmm" }), delayed(), weibullCdf(), weibullPdf(), binomial()])(
  "carryover $id and its gradient equal the plain ones in float64",
  async (family) => {
    const free = family.parameters.map(() => 0.5 * random.normal());
    const module = adstockModule(family, { lags });
    const objective = valueAndGrad((params: FreeParameters, x: tf.Tensor) =>
      tf.sum(tf.square(module.apply(params, x, {}))),
    );
    const params = Object.fromEntries(family.parameters.map(({ name }, p) => [name, ndArray([free[p]!])]));
    const activity = ndArray(series, [1, periods, 1]);
    const run = await compile(
      (p: FreeParameters, x: tf.Tensor) => ({ carried: module.apply(p, x, {}), gradient: objective(p, x).gradient }),
      [params, activity],
      { engine },
    );
    const { carried, gradient } = await run(params, activity);
    await run.dispose();

    const values = family.parameters.map((parameter, p) => constrain(parameter, free[p]!));
    const { weights, jacobian } = family.gradient(values, lags);
    const expected = carryOver(series, weights);
    expect(carried.data).toBeAllclose(expected, { relative: 1e-9 });
    family.parameters.forEach((parameter, p) => {
      const change = carryOver(series, jacobian.subarray(p * lags, (p + 1) * lags));
      let slope = 0;
      for (let t = 0; t < periods; t++) slope += 2 * expected[t]! * change[t]!;
      slope *= constrainDerivative(parameter, free[p]!);
      expect((gradient as Record<string, { data: ArrayLike<number> }>)[parameter.name]!.data).toBeAllclose([slope], {
        relative: 1e-7,
      });
    });
  },
);

it.each([hill(), logistic(), inverseScaledLogistic(), tanh(), michaelisMenten(), root(), log()])(
  "saturation $id and its gradient equal the plain ones in float64",
  async (family) => {
    const free = family.parameters.map(() => 0.5 * random.normal());
    const module = saturationModule(family);
    const objective = valueAndGrad((params: FreeParameters, x: tf.Tensor) =>
      tf.sum(module.apply(params, x, undefined)),
    );
    const params = Object.fromEntries(family.parameters.map(({ name }, p) => [name, ndArray([free[p]!])]));
    const activity = ndArray(series, [periods, 1]);
    const run = await compile(
      (p: FreeParameters, x: tf.Tensor) => ({
        response: module.apply(p, x, undefined),
        gradient: objective(p, x).gradient,
      }),
      [params, activity],
      { engine },
    );
    const { response, gradient } = await run(params, activity);
    await run.dispose();

    const values = family.parameters.map((parameter, p) => constrain(parameter, free[p]!));
    const out = new Float64Array(2 + values.length);
    const slopes = new Float64Array(values.length);
    const expected = series.map((x) => {
      family.derivatives(x, values, out);
      for (let p = 0; p < slopes.length; p++) slopes[p]! += out[2 + p]!;
      return out[0]!;
    });
    expect(response.data).toBeAllclose(expected, { relative: 1e-9 });
    expect(response.data[4]).toBe(0);
    family.parameters.forEach((parameter, p) => {
      const slope = slopes[p]! * constrainDerivative(parameter, free[p]!);
      expect((gradient as Record<string, { data: ArrayLike<number> }>)[parameter.name]!.data).toBeAllclose([slope], {
        relative: 1e-7,
      });
    });
  },
);
