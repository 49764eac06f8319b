import { createRandom } from "@mmm/core";
import { expect, it } from "vitest";
import { addGram } from "./gram.js";

it.each([1, 2, 3, 4, 5, 8, 11])("adds every inner product of %i rows, wherever they begin", (count) => {
  const random = createRandom(count);
  const length = 7;
  const rows = Float64Array.from({ length: 200 }, () => random.normal());
  const starts = Array.from({ length: count }, (_, i) => (i * 37) % 190);
  const out = new Float64Array(count * count).fill(3);
  addGram(rows, starts, length, -2, out);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < length; k++) sum += rows[starts[i]! + k]! * rows[starts[j]! + k]!;
      expect(out[i * count + j]).toBeCloseTo(3 - 2 * sum, 12);
    }
  }
});
