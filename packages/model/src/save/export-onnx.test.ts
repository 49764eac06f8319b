import { simulatePanel } from "@mmm/data";
import { type NdArray, readSafetensors } from "@mmm/tensor";
import * as ort from "onnxruntime-node";
import { expect, it } from "vitest";
import { decompose } from "../attribution/decompose.js";
import { type Fit, fitStructural } from "../fit/fit.js";
import { fitDirectory, type OnnxManifest } from "../node.js";

async function runAlone(fit: Fit) {
  const files = fitDirectory(fit);
  const { onnx } = JSON.parse(files["manifest.json"]) as { readonly onnx: OnnxManifest };
  const stored = readSafetensors(files[onnx.example] as Uint8Array).arrays;
  const session = await ort.InferenceSession.create(files[onnx.file] as Uint8Array);
  const tensor = ({ data, shape }: NdArray) => new ort.Tensor("float32", data as Float32Array, [...shape]);
  const feeds = Object.fromEntries(onnx.inputs.map(({ name }) => [name, tensor(stored.get(name)!)]));
  const out = await session.run(feeds);
  const silent = { ...feeds };
  for (const name of ["activity", "history"]) {
    const { data, dims } = feeds[name]!;
    silent[name] = new ort.Tensor("float32", new Float32Array(data.length), dims);
  }
  const without = (await session.run(silent))["contributions"]!.data as Float32Array;
  return { onnx, out, without };
}

/** Largest difference between two series, in parts of the typical value of the second. */
function worst(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  const typical = Array.from(expected).reduce((sum, value) => sum + Math.abs(value), 0) / expected.length;
  return Array.from(found).reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!) / typical), 0);
}

it.each([
  ["three units with gaps", { units: 3, periods: 60, channels: 3, controls: 1, missing: 0.05 }, {}],
  ["a season that ends with training", { units: 2, periods: 84, channels: 2, controls: 0, seasonality: 0 }, {}],
  ["national, effects that change", { units: 1, periods: 80, channels: 2, controls: 0 }, { timeVarying: true }],
  [
    "other curves",
    { units: 2, periods: 60, channels: 2, controls: 0 },
    { carryover: "delayed", saturation: { spend_0: "logistic", spend_1: "michaelisMenten" } },
  ],
] as const)("onnxruntime alone gives the contributions of the fit: %s", async (_, simulation, options) => {
  const { panel } = simulatePanel(simulation, 4);
  const fit = await fitStructural(panel, { ...options, holdout: 6, draws: 20, lags: 8, graph: "none" });
  const parts = decompose(fit);
  const { out, without, onnx } = await runAlone(fit);
  const channels = fit.design.channels;
  const contributions = out["contributions"]!.data as Float32Array;
  parts.media.forEach((media, c) => {
    const found = Float64Array.from(media, (_, i) => contributions[i * channels + c]!);
    expect(worst(found, media)).toBeLessThan(1e-4);
  });
  expect(worst(out["kpi"]!.data as Float32Array, parts.prediction)).toBeLessThan(1e-4);
  expect(without.every((value) => value === 0)).toBe(true);
  expect(onnx.inputs.map(({ name }) => name)).toEqual(expect.arrayContaining(["activity", "history", "level"]));
  for (const { description, axes, shape } of [...onnx.inputs, ...onnx.outputs]) {
    expect(description.length).toBeGreaterThan(20);
    expect(axes).toHaveLength(shape.length);
  }
});
