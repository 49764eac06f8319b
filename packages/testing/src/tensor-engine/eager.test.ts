import { eagerEngine } from "@mmm/tensor";
import { describe } from "vitest";
import { testTensorEngine } from "./test-tensor-engine.js";

testTensorEngine("tfjs cpu", () => eagerEngine({ backend: "cpu" }));
testTensorEngine("tfjs wasm", () => eagerEngine({ backend: "wasm" }));

// Its native library is not in the package, so it is rarely there; then its tests count as skipped.
const tensorflow = "@tensorflow/tfjs-node";
const loads = await import(/* @vite-ignore */ tensorflow).then(
  () => true,
  () => false,
);
describe.skipIf(!loads)("with tfjs-node", () => {
  testTensorEngine("tfjs tensorflow", () => eagerEngine({ backend: "tensorflow" }));
});
