import { expect, it, vi } from "vitest";
import { defaultEngine } from "./engine.js";

it("steps down from onnxruntime to wasm to plain tfjs, and says each step in one line", async () => {
  const said: string[] = [];
  const say = (line: string): void => {
    said.push(line);
  };
  expect((await defaultEngine(say)).id).toBe("onnx");
  expect(said).toEqual([]);
  vi.doMock("onnxruntime-node", () => {
    throw new Error("not installed");
  });
  expect((await defaultEngine(say)).id).toBe("tfjs-wasm");
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/^onnxruntime-node is not installed; computing with tfjs-wasm/);
  vi.doUnmock("onnxruntime-node");
});
