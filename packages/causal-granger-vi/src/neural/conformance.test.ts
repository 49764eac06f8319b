import { onnxEngine } from "@mmm/tensor-onnx";
import { testCausalEngine } from "@mmm/testing";
import { grangerViNeural } from "./engine.js";

testCausalEngine("granger-vi-neural", () =>
  grangerViNeural({ engine: onnxEngine(), steps: 20, hidden: 8, clusters: [2], restarts: 1 }),
);
