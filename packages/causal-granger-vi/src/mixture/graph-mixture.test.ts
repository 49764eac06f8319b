import { createRandom } from "@mmm/core";
import { describe, expect, it } from "vitest";
import { fitMixture, groupRows, scoreEvidence, searchMixture, singleCluster, startClusters } from "./graph-mixture.js";
import type { ShopEvidence } from "./shop-posterior.js";
import { slabGain } from "./slab.js";

const nodes = 4;
const slabVariance = 0.25;
const sources = Array.from({ length: nodes }, (_, i) => [0, 1, 2, 3].filter((j) => j !== i));
const flat = (value: number) => new Float64Array(nodes * nodes).fill(value);
const prior = { present: flat(0.4), absent: flat(1.6), weight: 1, slabVariance };
const slab = { mean: 0.4, variance: 0.1, positive: flat(0.5) };

/** Evidence as if each slot had its own Bayes factor: strong for the true parents, mildly against the others. */
function shopWith(parents: readonly (readonly number[])[], strength: number, unit: string): ShopEvidence {
  const random = createRandom(7).split(unit);
  return {
    unit,
    sources,
    targets: sources.map((own, i) => {
      const factor = own.map((j) => (parents[i]!.includes(j) ? strength : -2) + random.normal());
      const log = Float64Array.from({ length: 8 }, (_, mask) =>
        factor.reduce((sum, value, slot) => sum + (mask & (1 << slot) ? value : 0), 0),
      );
      return {
        slots: 3,
        masks: Uint32Array.from({ length: 8 }, (_, mask) => mask),
        log,
        estimate: new Float32Array(24),
        variance: new Float32Array(24),
      };
    }),
  };
}
const kinds = [
  [[], [0], [0, 1], []],
  [[3], [], [], [0, 2]],
];
const shops = Array.from({ length: 40 }, (_, s) => shopWith(kinds[s % 2]!, 2, `${s}`));
const single = fitMixture(singleCluster(nodes, prior, slab), shops);

describe("graph mixture", () => {
  it("the bound rises at every step and is likelihood minus divergences", () => {
    let previous = Number.NEGATIVE_INFINITY;
    for (const iterations of [1, 2, 3, 5, 8]) {
      const { bound } = fitMixture(startClusters(single, 2, createRandom(1)), shops, {
        iterations,
        tolerance: 0,
        learnSlab: false,
      });
      expect(bound.elbo).toBeGreaterThanOrEqual(previous - 1e-9);
      expect(bound.elbo).toBeCloseTo(bound.logLikelihood - bound.graphDivergence - bound.parameterDivergence, 8);
      expect(bound.graphDivergence).toBeGreaterThan(0);
      expect(bound.parameterDivergence).toBeGreaterThan(0);
      previous = bound.elbo;
    }
  });

  it("finds two groups of shops and sharpens their edges", () => {
    const { fitted, tried } = searchMixture(single, shops, {
      seed: 1,
      clusters: [2, 3, 4],
      restarts: 2,
      strength: 4,
      searchShops: 100,
    });
    expect(fitted.mixture.weight.length).toBe(2);
    expect(tried.length).toBeGreaterThanOrEqual(2);
    const group = fitted.posteriors.map(({ clusters }) => (clusters[0]! > 0.5 ? 0 : 1));
    expect(group.every((value, s) => value === group[s % 2])).toBe(true);
    const sharp = fitted.posteriors[0]!.edges[0 * nodes + 2]!;
    expect(sharp).toBeGreaterThan(single.posteriors[0]!.edges[0 * nodes + 2]!);
  });

  it("a shop without evidence gets the mixture's probabilities", () => {
    const silent = shopWith([[], [], [], []], 0, "silent");
    const targets = silent.targets.map((target) => ({ ...target, log: new Float64Array(8) }));
    const [posterior] = scoreEvidence(single.mixture, [{ ...silent, targets }], "predictive");
    for (let e = 0; e < nodes * nodes; e++) {
      if (e % nodes === Math.floor(e / nodes)) continue;
      const up = single.mixture.present[0]![e]!;
      expect(posterior!.edges[e]).toBeCloseTo(up / (up + single.mixture.absent[0]![e]!), 10);
    }
  });

  it("groups separated rows exactly", () => {
    const rows = Array.from({ length: 12 }, (_, s) => Float64Array.of(s % 3 === 0 ? 1 : 0, s % 3 === 1 ? 1 : 0));
    const groups = groupRows(rows, 3, createRandom(2));
    expect(new Set(groups).size).toBe(3);
    expect([...groups].every((group, s) => group === groups[s % 3])).toBe(true);
  });
});

describe("slab", () => {
  it("gains where an effect is typical, loses where it is not, and ignores silent data", () => {
    expect(slabGain(0.4, 0.01, slabVariance, slab, 0)).toBeGreaterThan(0);
    expect(slabGain(3, 0.01, slabVariance, slab, 0)).toBeLessThan(0);
    expect(slabGain(0.4, 0, slabVariance, slab, 0)).toBe(0);
    expect(slabGain(0.4, 0.01, slabVariance, slab, 0)).toBeCloseTo(slabGain(-0.4, 0.01, slabVariance, slab, 0), 12);
  });
});
