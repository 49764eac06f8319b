import { createRandom } from "@mmm/core";
import { ndArray } from "@mmm/tensor";
import { describe, expect, it } from "vitest";
import { evidenceLine } from "./calibrate-evidence.js";
import { settleMixture } from "./settle-mixture.js";

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** Evidence of a normal test: N(±d²/2, d²) with the edge or without is its own log likelihood ratio. */
const logRatio = (present: boolean, distance: number, random: ReturnType<typeof createRandom>) =>
  (present ? 0.5 : -0.5) * distance ** 2 + distance * random.normal();

describe("evidence", () => {
  it("that claims too much is cut back to the log likelihood ratio", () => {
    const random = createRandom(1);
    const cells = Array.from({ length: 6000 }, (_, i) => {
      const prior = i % 2 === 0 ? -1 : 0.5;
      const present = random.uniform() < sigmoid(prior);
      const honest = logRatio(present, 2, random);
      return { evidence: 3 * honest + 1.5, prior, present: present ? 1 : 0 };
    });
    const { slope, offset } = evidenceLine(cells);
    expect(Math.abs(slope - 1 / 3)).toBeLessThan(0.03);
    expect(Math.abs(offset + 0.5)).toBeLessThan(0.15);
  });

  it("stays as it is where nothing was replicated", () => {
    expect(evidenceLine([])).toEqual({ offset: 0, slope: 1 });
  });
});

describe("settled mixture", () => {
  const edges = 9;
  const marks = {
    free: Array.from({ length: edges }, (_, e) => (e % 4 === 0 ? 0 : 1)),
    required: new Array(edges).fill(0),
  };
  const free = marks.free.flatMap((mark, e) => (mark === 1 ? [e] : []));
  const share = [0.7, 0.3];
  const chance = [
    [0.9, 0.1, 0.1, 0.9, 0.05, 0.9],
    [0.1, 0.9, 0.9, 0.1, 0.9, 0.05],
  ];
  const random = createRandom(7);
  const evidence = Array.from({ length: 600 }, () => {
    const cluster = random.uniform() < share[0]! ? 0 : 1;
    const row = new Float64Array(edges);
    free.forEach((e, k) => {
      row[e] = logRatio(random.uniform() < chance[cluster]![k]!, 3, random);
    });
    return row;
  });
  const start = {
    odds: ndArray(
      Float32Array.from({ length: 2 * edges }, () => 0.5 * random.normal()),
      [2, edges],
    ),
    share: ndArray(new Float32Array(2), [2]),
  };

  it("finds the clusters' edges and shares behind honest evidence", () => {
    const { odds, share: weights } = settleMixture(start, evidence, marks, 0.2);
    const shares = Array.from(weights.data, Math.exp);
    const order = shares[0]! > shares[1]! ? [0, 1] : [1, 0];
    order.forEach((k, cluster) => {
      expect(shares[k]! / (shares[0]! + shares[1]!)).toBeCloseTo(share[cluster]!, 1);
      free.forEach((e, place) => {
        expect(Math.abs(sigmoid(odds.data[k * edges + e]!) - chance[cluster]![place]!)).toBeLessThan(0.1);
      });
    });
  });

  it("leaves edges that are not free alone", () => {
    const { odds } = settleMixture(start, evidence, marks, 0.2);
    for (const e of [0, 4, 8]) expect(odds.data[e]).toBe(start.odds.data[e]);
  });
});
