// The engines give the same paths, penalties and gradients on the compiling engine as eagerly.

import { createRandom } from "@mmm/core";
import {
  compile,
  eagerEngine,
  flattenTree,
  mapTree,
  type NdArray,
  ndArray,
  type ParameterTree,
  setupBackend,
  valueAndGrad,
} from "@mmm/tensor";
import { onnxEngine } from "@mmm/tensor-onnx";
import { registerMatchers } from "@mmm/testing";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";
import { timeVaryingEffects } from "../head/modulation.js";
import { gruPath } from "./gru-path.js";
import { knotPath } from "./knots.js";
import { localLevel } from "./local-level.js";
import type { TemporalEngine } from "./temporal-engine.js";
import { timeFeatures } from "./time-features.js";

registerMatchers();
beforeAll(() => setupBackend("cpu"));

const engines: [string, TemporalEngine][] = [
  ["localLevel", localLevel()],
  ["knots", knotPath({ spacing: 5 })],
  [
    "gru with two layers, a learned start and dropout",
    gruPath({ hidden: 4, layers: 2, initialState: "learned", dropout: 0.3 }),
  ],
];

it.each(engines)("%s on ONNX equals the eager engine", async (_, temporal) => {
  const [periods, fitted, series] = [18, 15, 2];
  const effects = timeVaryingEffects(temporal);
  const random = createRandom(6);
  const params = mapTree(effects.init(random, { series, periods: fitted, features: 3 }), (leaf: tf.Tensor) =>
    ndArray(leaf.dataSync().map((value) => value + 0.5 * random.normal()) as Float32Array, leaf.shape),
  );
  const features = timeFeatures(periods, { fitted, periodsPerYear: 12 });
  const run = (p: ParameterTree, inputs: tf.Tensor, key: tf.Tensor) => {
    const apply = (q: ParameterTree) => effects.apply(q, { periods, fitted, features: inputs, key }, undefined);
    const { value, gradient } = valueAndGrad((q: ParameterTree) => {
      const { modulation, penalty } = apply(q);
      return tf.add(penalty, tf.sum(tf.square(modulation)));
    })(p);
    return { modulation: apply(p).modulation, value, gradient };
  };
  const results = [];
  for (const engine of [eagerEngine({ backend: "cpu" }), onnxEngine()]) {
    const compiled = await compile(run, [params, features, 7] as never, { engine });
    results.push(flattenTree<NdArray>(await compiled(params as never, features, 7)));
    await compiled.dispose();
  }
  const [eager, traced] = results;
  expect([...traced!.keys()]).toEqual([...eager!.keys()]);
  for (const [name, expected] of eager!)
    expect(traced!.get(name)!.data, name).toBeAllclose(expected.data, { relative: 1e-4 });
});
