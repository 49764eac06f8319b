import { eagerEngine } from "@mmm/tensor";
import { testTensorEngine } from "./test-tensor-engine.js";

testTensorEngine("tfjs cpu", () => eagerEngine({ backend: "cpu" }));
testTensorEngine("tfjs wasm", () => eagerEngine({ backend: "wasm" }));
