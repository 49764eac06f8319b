import { createRandom } from "@mmm/core";
import { describe, expect, it } from "vitest";
import { candidateSlots, restrictSlots } from "./candidates.js";
import { bitCount, parentSetEvidence, sweep, walkParentSets } from "./parent-sets.js";

const random = createRandom(4);
const rows = 40;
const features = Array.from({ length: 6 }, () => Float64Array.from({ length: rows }, () => random.normal()));
const target = Float64Array.from(
  { length: rows },
  (_, t) => features[0]![t]! - features[4]![t]! + 0.5 * random.normal(),
);
const columns = [...features, target];
const gram = new Float64Array(49);
columns.forEach((a, i) => {
  columns.forEach((b, j) => {
    gram[i * 7 + j] = a.reduce((sum, value, t) => sum + value * b[t]!, 0);
  });
});
const projected = { slots: 3, width: 2, gram, freedom: rows };

/** log|I + τ²G| and residual by Gauss elimination: the definition, without sweeping. */
function byDefinition(mask: number, slab: number): number {
  const kept = [0, 1, 2, 3, 4, 5].filter((k) => mask & (1 << (k >> 1)));
  const size = kept.length + 1;
  const m = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => {
      const value = gram[(kept[i] ?? 6) * 7 + (kept[j] ?? 6)]!;
      return i === j && i < kept.length ? value + 1 / slab : value;
    }),
  );
  let logDeterminant = 0;
  for (let k = 0; k < kept.length; k++) {
    logDeterminant += Math.log(m[k]![k]! * slab);
    for (let i = k + 1; i < size; i++) {
      const factor = m[i]![k]! / m[k]![k]!;
      for (let j = k; j < size; j++) m[i]![j]! -= factor * m[k]![j]!;
    }
  }
  return -0.5 * logDeterminant - 0.5 * rows * Math.log(m[size - 1]![size - 1]! / gram[48]!);
}

describe("parent sets", () => {
  it("sweeping back restores the matrix", () => {
    const matrix = gram.slice();
    for (const k of [0, 3, 2]) sweep(matrix, 7, k, 1);
    for (const k of [2, 3, 0]) sweep(matrix, 7, k, -1);
    matrix.forEach((value, i) => {
      expect(value).toBeCloseTo(gram[i]!, 9);
    });
  });

  it("visits every set once, each with the evidence of its definition", () => {
    const seen = new Set<number>();
    walkParentSets(projected, 0.5, (mask, logEvidence) => {
      seen.add(mask);
      expect(logEvidence).toBeCloseTo(byDefinition(mask, 0.5), 8);
    });
    expect(seen.size).toBe(8);
  });

  it("prefers the true parents and estimates their signs", () => {
    const evidence = parentSetEvidence(projected, 0.5);
    const best = evidence.log.indexOf(Math.max(...evidence.log));
    expect(evidence.masks[best]).toBe(0b101);
    expect(evidence.estimate[best * 3]).toBeGreaterThan(0.3);
    expect(evidence.variance[best * 3]).toBeGreaterThan(0);
  });

  it("says nothing about a constant target", () => {
    const flat = gram.slice();
    for (let i = 0; i < 7; i++) flat[i * 7 + 6] = flat[42 + i] = 0;
    const evidence = parentSetEvidence({ ...projected, gram: flat }, 0.5);
    expect([...evidence.log]).toEqual(new Array(8).fill(0));
  });

  it("restricting slots keeps their evidence", () => {
    const part = parentSetEvidence(restrictSlots(projected, [0, 2]), 0.5);
    const row = part.masks.indexOf(0b11);
    expect(part.log[row]).toBeCloseTo(byDefinition(0b101, 0.5), 8);
    expect(candidateSlots(projected, 0.5, [])).toEqual([0, 1, 2]);
  });

  it("picks the strongest of many sources", () => {
    const own = createRandom(5);
    const many = Array.from({ length: 14 }, () => Float64Array.from({ length: 60 }, () => own.normal()));
    const y = Float64Array.from({ length: 60 }, (_, t) => many[3]![t]! + many[12]![t]! + 0.5 * own.normal());
    const all = [...many, y];
    const big = Float64Array.from({ length: 225 }, (_, at) => {
      const a = all[Math.floor(at / 15)]!;
      const b = all[at % 15]!;
      return a.reduce((sum, value, t) => sum + value * b[t]!, 0);
    });
    const slots = candidateSlots({ slots: 14, width: 1, gram: big, freedom: 60 }, 0.25, [7]);
    expect(slots).toHaveLength(10);
    expect(slots).toEqual(expect.arrayContaining([3, 7, 12]));
  });

  it("counts bits", () => expect([0, 1, 0b1011, 0xffff].map(bitCount)).toEqual([0, 1, 3, 16]));
});
