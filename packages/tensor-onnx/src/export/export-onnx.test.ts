import { compile, eagerEngine, type GruParams, gru, hill, type NdArray, ndArray, setupBackend } from "@mmm/tensor";
import { registerMatchers } from "@mmm/testing";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { onnx } from "onnx-proto";
import * as ort from "onnxruntime-node";
import { beforeAll, expect, it } from "vitest";
import { exportOnnx } from "./export-onnx.js";

beforeAll(async () => {
  registerMatchers();
  await setupBackend("cpu");
});

const pattern = (...shape: number[]): NdArray =>
  ndArray(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(1 + i)),
    shape,
  );

type Inputs = { readonly media: Tensor; readonly context: { readonly season: Tensor } };

function model(): (inputs: Inputs) => { contribution: Tensor; total: Tensor } {
  const weights = Object.fromEntries(
    Object.entries({ inputWeights: [12, 3], hiddenWeights: [12, 4], inputBias: [12], hiddenBias: [12] }).map(
      ([name, shape]) => [name, tf.tensor(pattern(...shape).data as Float32Array, shape)],
    ),
  ) as unknown as GruParams;
  return ({ media, context }) => {
    const states = gru(tf.concat([media, context.season], 2), weights);
    const contribution = tf.mul(
      tf.slice(states, [0, 0, 0], [-1, -1, 2]),
      hill(tf.abs(media), tf.scalar(2), tf.scalar(0.5)),
    );
    return { contribution, total: tf.sum(contribution) };
  };
}
const inputs = { media: pattern(5, 2, 2), context: { season: pattern(5, 2, 1) } };

it("writes a file that onnxruntime alone runs to the same numbers", async () => {
  const fn = model();
  const { model: bytes, manifest } = exportOnnx(fn, inputs, { name: "prediction", metadata: { author: "test" } });
  expect(manifest.inputs).toEqual([
    { name: "media", type: "float32", shape: [5, 2, 2] },
    { name: "context.season", type: "float32", shape: [5, 2, 1] },
  ]);
  const session = await ort.InferenceSession.create(bytes);
  const out = await session.run({
    media: new ort.Tensor("float32", inputs.media.data as Float32Array, [5, 2, 2]),
    "context.season": new ort.Tensor("float32", inputs.context.season.data as Float32Array, [5, 2, 1]),
  });
  const eager = await compile(fn, [inputs], { engine: eagerEngine({ backend: "cpu" }) });
  const expected = await eager(inputs);
  expect({ data: out["contribution"]!.data as Float32Array, shape: [...out["contribution"]!.dims] }).toBeAllclose(
    expected.contribution,
  );
  expect(out["total"]!.data as Float32Array).toBeAllclose(expected.total.data);
  await session.release();
});

it("is read back by an independent decoder", () => {
  const { model: bytes, manifest } = exportOnnx(model(), inputs, { name: "prediction", documentation: "For tests." });
  const decoded = onnx.ModelProto.decode(bytes);
  expect(Number(decoded.irVersion)).toBe(9);
  expect(decoded.docString).toBe("For tests.");
  expect(decoded.opsetImport.map(({ domain, version }) => [domain, Number(version)])).toEqual([["", 18]]);
  const graph = decoded.graph!;
  expect(graph.name).toBe("prediction");
  const shapeOf = (info: onnx.IValueInfoProto): number[] =>
    info.type!.tensorType!.shape!.dim!.map(({ dimValue }) => Number(dimValue));
  expect(graph.input!.map((info) => [info.name, shapeOf(info)])).toEqual([
    ["media", [5, 2, 2]],
    ["context.season", [5, 2, 1]],
  ]);
  expect(graph.output!.map(({ name }) => name)).toEqual(["contribution", "total"]);
  const stored = decoded.metadataProps.find(({ key }) => key === "mmm.manifest")!.value!;
  expect(JSON.parse(stored)).toEqual(manifest);
  // Every input of a node is a graph input, a stored constant, or the output of an earlier node.
  const known = new Set([...graph.input!.map(({ name }) => name), ...graph.initializer!.map(({ name }) => name), ""]);
  for (const node of graph.node!) {
    for (const name of node.input!) expect(known).toContain(name);
    for (const name of node.output!) known.add(name);
  }
  // The recurrence is one operator, not unrolled.
  expect(graph.node!.filter(({ opType }) => opType === "GRU")).toHaveLength(1);
  expect(graph.node!.length).toBeLessThan(60);
});

it("leaves out what no output needs and refuses ambiguous names", () => {
  const { manifest } = exportOnnx(({ a }: { a: Tensor; b: Tensor }) => ({ y: tf.mul(a, 2) }), { a: 1, b: 2 });
  expect(manifest.inputs.map(({ name }) => name)).toEqual(["a"]);
  expect(() => exportOnnx(({ a }: { a: Tensor }) => ({ a: tf.mul(a, 2) }), { a: 1 })).toThrow(
    "'a' is the name of an input and of an output.",
  );
});
