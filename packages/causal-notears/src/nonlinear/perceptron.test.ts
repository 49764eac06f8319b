import { createRandom } from "@mmm/core";
import { eagerEngine } from "@mmm/tensor";
import { onnxEngine } from "@mmm/tensor-onnx";
import { describe, expect, it } from "vitest";
import { notearsMlp } from "../engines/perceptron-engines.js";
import { emptyPerceptrons } from "./perceptron.js";
import { perceptronLoss, tensorPerceptronLoss } from "./perceptron-loss.js";

const [rows, variables, hidden] = [20, 3, 4];
const random = createRandom(1);
const values = Float64Array.from({ length: rows * variables }, () => random.normal());
const networks = emptyPerceptrons(variables, hidden);
const parts = ["first", "firstBias", "second", "secondBias"] as const;
for (const part of parts) for (let k = 0; k < networks[part].length; k++) networks[part][k] = random.normal();

describe("our kernel and the tensor engines", () => {
  for (const [title, engine, digits] of [
    ["eager in float32", eagerEngine({ backend: "cpu" }), 5],
    ["compiled in float64", onnxEngine({ precision: "float64" }), 13],
  ] as const) {
    it.each(["l2", "log", "likelihood"] as const)(`agree on the loss %s and its gradient, ${title}`, async (kind) => {
      const data = { values, rows, variables, hidden };
      const tensors = await tensorPerceptronLoss(kind, data, engine);
      const [ours, theirs] = [emptyPerceptrons(variables, hidden), emptyPerceptrons(variables, hidden)];
      const value = await perceptronLoss(kind, data).evaluate(networks, ours);
      expect((await tensors.evaluate(networks, theirs)) / value).toBeCloseTo(1, digits);
      for (const part of parts) {
        const size = Math.max(...Array.from(ours[part], Math.abs));
        for (let k = 0; k < ours[part].length; k++)
          expect(theirs[part][k]! / size).toBeCloseTo(ours[part][k]! / size, digits);
      }
      await tensors.dispose();
    });
  }

  it("lead to the same graph", async () => {
    const x = new Float64Array(100 * 3);
    for (let t = 0; t < 100; t++) {
      const a = random.normal();
      const b = Math.sin(2 * a) + 0.3 * random.normal();
      x.set([a, b, b * b + 0.3 * random.normal()], 3 * t);
    }
    const data = { columns: ["a", "b", "c"], rows: 100, values: x, temporal: false };
    const settings = { hidden: 4, maxEvaluations: 60 };
    const own = await notearsMlp(settings).discover(data, { seed: 1 });
    const tensor = await notearsMlp({ ...settings, engine: onnxEngine({ precision: "float64" }) }).discover(data, {
      seed: 1,
    });
    expect(tensor.engine.settings["engine"]).toBe("onnx-float64");
    for (const [k, edge] of own.edges.entries()) {
      expect(tensor.edges[k]).toMatchObject({ from: edge.from, to: edge.to, selected: edge.selected });
      expect(tensor.edges[k]!.weight).toBeCloseTo(edge.weight, 3);
    }
  });
});
