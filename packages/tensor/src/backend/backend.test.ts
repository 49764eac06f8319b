import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { compile } from "../engine/compile.js";
import { eagerEngine } from "../engine/eager.js";
import { type BackendName, setupBackend } from "./backend.js";

it("starts backends side by side, also while another one computes", async () => {
  const results = await Promise.all(
    (["wasm", "cpu", "wasm", "cpu"] as const).map(async (backend) => {
      const fn = await compile((x: Tensor) => tf.sum(tf.square(x)), [{ data: Float32Array.of(3, 4), shape: [2] }], {
        engine: eagerEngine({ backend }),
      });
      return (await fn({ data: Float32Array.of(3, 4), shape: [2] })).data[0];
    }),
  );
  expect(results).toEqual([25, 25, 25, 25]);
});

it("names an unknown backend, and the package of one that is not installed", async () => {
  await expect(setupBackend("gpu" as BackendName)).rejects.toThrow("There is no tfjs backend 'gpu'; known: cpu, wasm");
  await expect(setupBackend("webgpu")).rejects.toMatchObject({
    code: "MISSING_DEPENDENCY",
    fix: expect.stringContaining("npm install @tensorflow/tfjs-backend-webgpu"),
  });
});
