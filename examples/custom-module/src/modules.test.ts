import { simulatePanel } from "@mmm/data";
import { defineModel, effectPaths, fitModel, networkEffects, resultOf } from "@mmm/model";
import { setupBackend } from "@mmm/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { squareHill, squareHillTensor, straightPath } from "./modules.js";

it("the curve's derivatives are those of finite differences, and its tensor form is the same", async () => {
  await setupBackend("cpu");
  const out = new Float64Array(3);
  for (const x of [0, 0.4, 1.3, 6]) {
    const at = (dx: number, dk: number): number => squareHill.apply(x + dx, [0.8 + dk]);
    squareHill.derivatives(x, [0.8], out);
    expect(out[0]).toBe(at(0, 0));
    if (x > 0) expect(out[1]).toBeCloseTo((at(1e-6, 0) - at(-1e-6, 0)) / 2e-6, 6);
    expect(out[2]).toBeCloseTo((at(0, 1e-6) - at(0, -1e-6)) / 2e-6, 6);
    const tensor = tf.tidy(() => squareHillTensor(tf.tensor1d([x]), [tf.tensor1d([0.8])]).dataSync()[0]);
    expect(tensor).toBeCloseTo(at(0, 0), 6);
  }
});

it("both modules fit into a model", async () => {
  const { panel } = simulatePanel({ units: 4, periods: 60, channels: 2 }, 3);
  const model = defineModel({
    saturation: { family: squareHill, tensor: squareHillTensor },
    temporal: networkEffects(straightPath),
    causal: "none",
  });
  const training = { steps: 40, rounds: 1, validation: 0 };
  const fit = await fitModel(panel, model, { holdout: 6, draws: 30, training });
  expect(resultOf(fit).channels[0]!.saturation.kind).toBe("square-hill");
  expect(fit.network!.temporal).toBe("straight");
  const { offset } = fit.layout.path!;
  const steps = Array.from({ length: 53 }, (_, t) => offset![(t + 1) * 2]! - offset![t * 2]!);
  for (const step of steps) expect(step).toBeCloseTo(steps[0]!, 6);
  expect(effectPaths(fit)!.map(({ length }) => length)).toEqual([60, 60]);
}, 120_000);
