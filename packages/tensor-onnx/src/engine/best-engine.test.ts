import { expect, it, vi } from "vitest";
import { bestEngine } from "./best-engine.js";

it("takes onnxruntime where it is installed", async () => {
  expect((await bestEngine({ precision: "float64" })).id).toBe("onnx-float64");
});

it("falls back to wasm with one line where it is not", async () => {
  vi.doMock("onnxruntime-node", () => {
    throw new Error("not installed");
  });
  const messages: string[] = [];
  const engine = await bestEngine({ onFallback: (message) => messages.push(message) });
  expect(engine.id).toBe("tfjs-wasm");
  expect(messages).toEqual([
    "onnxruntime-node is not installed; computing with tfjs-wasm, which is slower. `npm install onnxruntime-node`",
  ]);
  vi.doUnmock("onnxruntime-node");
});
