import { createRandom } from "@mmm/core";
import { describe, expect, it } from "vitest";
import type { Shop } from "../shops/shop.js";
import { allowedEdges } from "./allowed-edges.js";
import type { DesignOptions } from "./design.js";
import { shopEvidence } from "./shop-evidence.js";
import { studentInformation, studentRows } from "./student-rows.js";
import { detectTails } from "./tails.js";

const one = { decay: 0, saturation: "linear", delay: 0 } as const;
const options: DesignOptions = {
  shapes: [one],
  directions: Float64Array.of(1),
  width: 1,
  ownLags: 1,
  seasonPeriod: 0,
  harmonics: 0,
};

/** Student-t of two degrees of freedom: normal over the root of half a squared radius. */
function heavy(random: ReturnType<typeof createRandom>): number {
  return random.normal() / Math.sqrt(-Math.log(1 - random.uniform()));
}

/** `count` shops of three unrelated series: the first heavy-tailed, the second normal, the third mostly zero. */
function unrelated(count: number): Shop[] {
  return Array.from({ length: count }, (_, s) => {
    const random = createRandom(100 + s);
    const values = Float64Array.from({ length: 80 * 3 }, (_, i) => {
      if (i % 3 === 0) return heavy(random);
      if (i % 3 === 1) return random.normal();
      return random.uniform() < 0.75 ? 0 : 1 + random.uniform();
    });
    return { unit: `${s}`, values };
  });
}

describe("rows under Student-t noise", () => {
  const random = createRandom(3);
  const x = Float64Array.from({ length: 60 }, () => random.normal());
  const y = x.map((value, t) => 2 * value + 0.1 * random.normal() + (t % 20 === 7 ? 6 : 0));

  it("outliers lose their weight, usual rows keep it", () => {
    const { weights } = studentRows([x.map(() => 1), x], 1, y, 0.01, 3);
    weights.forEach((weight, t) => {
      if (t % 20 === 7) expect(weight).toBeLessThan(0.05);
      else expect(weight).toBeGreaterThan(0.2);
    });
  });

  it("residuals are those of a regression without the row", () => {
    const left = 11;
    const { residuals } = studentRows([x], 0, y, 0.5, 1e9);
    let xx = 0.5;
    let xy = 0;
    for (let t = 0; t < 60; t++) {
      if (t === left) continue;
      xx += x[t]! ** 2;
      xy += x[t]! * y[t]!;
    }
    expect(residuals[left]).toBeCloseTo(y[left]! - (x[left]! * xy) / xx, 6);
  });

  it("weights do not depend on the units of the target", () => {
    const own = studentRows([x], 0, y, 0.5, 4).weights;
    const scaled = studentRows(
      [x],
      0,
      y.map((value) => 1000 * value),
      0.5,
      4,
    ).weights;
    scaled.forEach((weight, t) => {
      expect(weight).toBeCloseTo(own[t]!, 9);
    });
  });

  it("says nothing about a constant target", () => {
    expect([...studentRows([x], 0, new Float64Array(60), 0.5, 4).weights]).toEqual(new Array(60).fill(1));
  });

  it("claims the Fisher information of a location, ∫ (f′)²/f", () => {
    for (const degrees of [2, 5]) {
      const kernel = (z: number) => (1 + (z * z) / degrees) ** (-(degrees + 1) / 2);
      let mass = 0;
      let information = 0;
      for (let z = -400; z < 400; z += 1e-3) {
        mass += kernel(z);
        information += kernel(z) * (((degrees + 1) * z) / (degrees + z * z)) ** 2;
      }
      expect(studentInformation(degrees)).toBeCloseTo(information / mass, 3);
    }
  });
});

describe("tails over shops", () => {
  const shops = unrelated(20);

  it("are found per node", () => {
    const degrees = detectTails(shops, 3, options, 4);
    expect(degrees[0]).toBeGreaterThan(0);
    expect(degrees[0]).toBeLessThan(4);
    expect(degrees[1] === 0 || degrees[1]! >= 10).toBe(true);
  });

  it("make nothing of series that have nothing to do with each other", () => {
    const layout = { nodes: ["a", "b", "c"], target: "c" };
    const allowed = allowedEdges(layout, { constraints: null });
    const degrees = detectTails(shops, 3, options, 4);
    // Mean log evidence of an edge that is not there against none: below zero on average, whatever the tails.
    for (const tails of [degrees, Float64Array.of(2, 2, 2)]) {
      const gains = shops.flatMap((shop) => {
        const { targets } = shopEvidence(shop, 3, { ...options, degrees: tails }, 0.25, allowed);
        return targets.flatMap(({ masks, log }) =>
          [1, 2].map((mask) => log[masks.indexOf(mask)]! - log[masks.indexOf(0)]!),
        );
      });
      expect(gains.every(Number.isFinite)).toBe(true);
      expect(gains.reduce((a, b) => a + b, 0) / gains.length).toBeLessThan(0);
      expect(gains.filter((gain) => gain > 3).length).toBeLessThan(0.05 * gains.length);
    }
  });

  it("an effect behind bursts is seen more clearly than under normal noise", () => {
    let [student, normal] = [0, 0];
    for (let s = 0; s < 10; s++) {
      const random = createRandom(200 + s);
      const values = new Float64Array(80 * 2);
      for (let t = 0; t < 80; t++) {
        values[2 * t] = random.normal();
        values[2 * t + 1] = (t > 0 ? 0.3 * values[2 * t - 2]! : 0) + 0.6 * heavy(random);
      }
      const shop = { unit: "a", values };
      const allowed = allowedEdges({ nodes: ["a", "b"], target: "b" }, { constraints: null });
      const gain = (degrees: Float64Array) => {
        const { masks, log } = shopEvidence(shop, 2, { ...options, degrees }, 0.25, allowed).targets[1]!;
        return log[masks.indexOf(1)]! - log[masks.indexOf(0)]!;
      };
      student += gain(Float64Array.of(0, 2));
      normal += gain(Float64Array.of(0, 0));
    }
    expect(student).toBeGreaterThan(1.5 * normal);
  });
});
