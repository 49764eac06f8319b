import { expect, it } from "vitest";
import { ndArray } from "./nd-array.js";
import { readSafetensors, writeSafetensors } from "./safetensors.js";

const arrays = new Map([
  ["small", { data: Uint8Array.of(1, 0, 1), shape: [3] }],
  ["weights", ndArray(Float32Array.of(1.5, -2, 3, 4), [2, 2])],
  ["exact", ndArray(Float64Array.of(0.1), [])],
  ["counts", { data: Int32Array.of(-7), shape: [1] }],
]);

it("reads back what it wrote", () => {
  const { arrays: read, metadata } = readSafetensors(writeSafetensors(arrays, { seed: "3" }));
  for (const [name, array] of arrays) expect(read.get(name)).toEqual(array);
  expect(metadata).toEqual({ seed: "3" });
});

it("reads the Buffer that Node's file system gives, which may sit anywhere in a pool", () => {
  const bytes = Buffer.concat([Buffer.alloc(3), writeSafetensors(arrays)]).subarray(3);
  const { arrays: read } = readSafetensors(bytes);
  for (const [name, array] of arrays) expect(read.get(name)).toEqual(array);
});

it("lays the file out as the format says", () => {
  const bytes = writeSafetensors(new Map([["a", ndArray(Float32Array.of(1), [1])]]));
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  expect(length % 8).toBe(0);
  expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({
    a: { dtype: "F32", shape: [1], data_offsets: [0, 4] },
  });
  expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 0x80, 0x3f]);
});

it("says what is wrong with other bytes", () => {
  expect(() => readSafetensors(new Uint8Array(3))).toThrow("its header is longer than the file");
  const bytes = writeSafetensors(arrays);
  bytes[8] = 0x41;
  expect(() => readSafetensors(bytes)).toThrow("its header is not JSON");
});
