import { testTensorEngine } from "@mmm/testing";
import { onnxEngine } from "./onnx-engine.js";

testTensorEngine("onnx", () => onnxEngine({ onRetrace: () => {} }));
testTensorEngine("onnx in float64", () => onnxEngine({ precision: "float64", onRetrace: () => {} }));
