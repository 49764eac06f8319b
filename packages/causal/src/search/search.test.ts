import { createRandom } from "@mmm/core";
import { describe, expect, it } from "vitest";
import { edgeRules } from "../constraints/edge-rules.js";
import { isAcyclic } from "../graph/order.js";
import { solveSubset } from "../moments/dependence.js";
import { type Moments, momentsOf } from "../moments/moments.js";
import { simulateLinear } from "../simulate/index.js";
import { edgePosterior, probableMarks } from "./dag-average.js";
import { dagOf, edgeWeights } from "./edge-weights.js";
import { exactDag } from "./exact-order.js";
import { localScore, pricePerParent } from "./local-score.js";
import { searchOrder } from "./order-search.js";
import { freeNodes, precedence } from "./precedence.js";
import { subsetScores } from "./subset-scores.js";
import { parentTrees } from "./trees.js";

function residualVariance({ correlation, size }: Moments, j: number, parents: readonly number[]): number {
  const beta = solveSubset(correlation, size, parents, j);
  return 1 - parents.reduce((sum, i, k) => sum + beta[k]! * correlation[i * size + j]!, 0);
}

function scoreOf(moments: Moments, perParent: number, dag: Uint8Array): number {
  let total = 0;
  for (let j = 0; j < moments.size; j++) {
    const parents = Array.from({ length: moments.size }, (_, i) => i).filter((i) => dag[i * moments.size + j]);
    total += localScore(
      { kind: "bic", rows: moments.rows, perParent },
      residualVariance(moments, j, parents),
      parents.length,
    );
  }
  return total;
}

function everyDag(size: number): Uint8Array[] {
  const dags: Uint8Array[] = [];
  const cells = Array.from({ length: size * size }, (_, k) => k).filter((k) => k % (size + 1) !== 0);
  for (let code = 0; code < 2 ** cells.length; code++) {
    const dag = new Uint8Array(size * size);
    for (const [bit, cell] of cells.entries()) if (code & (1 << bit)) dag[cell] = 1;
    if (isAcyclic(dag)) dags.push(dag);
  }
  return dags;
}

const names = ["v0", "v1", "v2", "v3"];

describe("exact search", () => {
  const dags = everyDag(4);
  for (const [title, constraints] of [
    ["without constraints", {}],
    ["with tiers", { tiers: [["v3"], ["v1", "v0"]] }],
    ["with required and forbidden edges", { required: [["v2", "v0"]], forbidden: [["v1", "v3"]] }],
  ] as const) {
    it(`has the lowest score of all 543 DAGs that are allowed, ${title}`, () => {
      for (let seed = 0; seed < 6; seed++) {
        const { data } = simulateLinear({ family: "ER1", size: 4, seed, rows: 60, standardised: true });
        const moments = momentsOf(data);
        const rules = edgeRules(names, constraints as never);
        const perParent = pricePerParent(1, moments.rows, 4);
        const found = exactDag({ ...moments, perParent, rules, maxParents: 3 });
        const lowest = Math.min(
          ...dags
            .filter((dag) => dag.every((mark, k) => (!mark || rules.allowed[k]) && (mark || !rules.required[k])))
            .map((dag) => scoreOf(moments, perParent, dag)),
        );
        expect(found.score).toBeCloseTo(lowest, 6);
        expect(scoreOf(moments, perParent, dagOf(found.parents))).toBeCloseTo(lowest, 6);
      }
    });
  }
});

describe("average over DAGs", () => {
  const dags = everyDag(4);
  const orders = permutations([0, 1, 2, 3]);
  const allowedOrders = (dag: Uint8Array): number =>
    orders.filter((order) => dag.every((mark, k) => !mark || order.indexOf(k >> 2) < order.indexOf(k & 3))).length;

  for (const [title, constraints] of [
    ["without constraints", {}],
    ["with required and forbidden edges", { required: [["v2", "v0"]], forbidden: [["v1", "v3"]] }],
  ] as const) {
    it(`gives the probabilities of a sum over all 543 DAGs, each as often as it has orders, ${title}`, () => {
      for (let seed = 0; seed < 4; seed++) {
        const { data } = simulateLinear({ family: "ER1", size: 4, seed, rows: 30, standardised: true });
        const moments = momentsOf(data);
        const rules = edgeRules(names, constraints as never);
        const perParent = pricePerParent(1, moments.rows, 4);
        const found = edgePosterior(subsetScores({ ...moments, perParent, rules, maxParents: 3 }));
        const allowed = dags.filter((dag) =>
          dag.every((mark, k) => (!mark || rules.allowed[k]) && (mark || !rules.required[k])),
        );
        const mass = allowed.map((dag) => allowedOrders(dag) * Math.exp(-scoreOf(moments, perParent, dag) / 2));
        const total = mass.reduce((sum, m) => sum + m, 0);
        for (let k = 0; k < 16; k++) {
          const expected = allowed.reduce((sum, dag, d) => sum + dag[k]! * mass[d]!, 0) / total;
          expect(found[k]).toBeCloseTo(expected, 9);
        }
      }
    });
  }

  it("keeps its numbers where single weights are far below the smallest double", () => {
    const { data } = simulateLinear({ family: "ER2", size: 6, seed: 0, rows: 5000, standardised: true });
    const moments = momentsOf(data);
    const rules = edgeRules(data.columns, undefined);
    const perParent = pricePerParent("extended", moments.rows, 6);
    const problem = { ...moments, perParent, rules, maxParents: 5 };
    const posterior = edgePosterior(subsetScores(problem));
    const best = dagOf(exactDag(problem).parents);
    for (let i = 0; i < 6; i++) {
      for (let j = 0; j < i; j++) {
        const link = posterior[i * 6 + j]! + posterior[j * 6 + i]!;
        expect(link).toBeGreaterThan(best[i * 6 + j] || best[j * 6 + i] ? 0.5 : -1e-12);
        expect(link).toBeLessThan(1 + 1e-9);
      }
    }
  });

  it("draws a head where the direction is sure, and none where the best class has none", () => {
    // pairs: 0 1 sure, 0 2 unsure, 1 2 sure but open in the best class, 0 3 improbable
    const posterior = new Float64Array(16);
    posterior.set([0, 0.9, 0.5, 0.3], 0);
    posterior.set([0.05, 0, 0.9, 0], 4);
    posterior.set([0.3, 0.02, 0, 0], 8);
    const best = new Uint8Array(16);
    for (const k of [1, 2, 3, 6, 9]) best[k] = 1;
    const marks = probableMarks(best, posterior, 0.9);
    expect([...marks]).toEqual([0, 1, 1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0]);
  });
});

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}

describe("order search", () => {
  it("reaches the exact optimum on sparse graphs and comes within 0.1 % of it on nearly complete ones", () => {
    for (const family of ["ER2", "ER4"] as const) {
      for (let seed = 0; seed < 4; seed++) {
        const { data } = simulateLinear({ family, size: 10, seed, standardised: true });
        const moments = momentsOf(data);
        const rules = edgeRules(data.columns, undefined);
        const perParent = pricePerParent("extended", moments.rows, 10);
        const exact = exactDag({ ...moments, perParent, rules, maxParents: 9 });
        const trees = parentTrees({
          moments: moments.correlation,
          size: 10,
          score: { kind: "bic", rows: moments.rows, perParent },
          maxParents: 9,
          rules,
        });
        const found = searchOrder({
          trees,
          size: 10,
          movable: 10,
          required: rules.required,
          random: createRandom(seed),
          restarts: 8,
          shakes: 30,
        });
        expect(scoreOf(moments, perParent, dagOf(found.parents))).toBeCloseTo(found.score, 5);
        expect(found.score).toBeGreaterThan(exact.score - 1e-6);
        const gap = family === "ER2" ? 1e-4 : 0.001 * Math.abs(exact.score);
        expect(found.score).toBeLessThan(exact.score + gap);
      }
    }
  });
});

it("without any start asked for, climbs from the order of the columns", () => {
  const { data } = simulateLinear({ family: "ER1", size: 5, seed: 0 });
  const moments = momentsOf(data);
  const rules = edgeRules(data.columns, undefined);
  const score = { kind: "bic", rows: moments.rows, perParent: Math.log(1000) } as const;
  const trees = parentTrees({ moments: moments.correlation, size: 5, score, maxParents: 4, rules });
  const random = createRandom(0);
  const found = searchOrder({ trees, size: 5, movable: 5, required: rules.required, random, restarts: 0, shakes: 0 });
  expect([...found.order].sort()).toEqual([0, 1, 2, 3, 4]);
  expect(found.score).toBeCloseTo(scoreOf(moments, Math.log(1000), dagOf(found.parents)), 6);
});

it("a pair of causes whose effects cancel in each correlation is found", () => {
  // y = a − b + noise with b = a + small: neither alone correlates with y.
  const random = createRandom(3);
  const rows = 500;
  const values = new Float64Array(rows * 3);
  for (let t = 0; t < rows; t++) {
    const a = random.normal();
    const b = a + 0.1 * random.normal();
    values.set([a, b, 8 * (a - b) + 0.3 * random.normal()], t * 3);
  }
  const moments = momentsOf({ columns: ["a", "b", "y"], rows, values, temporal: false });
  const rules = edgeRules(["a", "b", "y"], undefined);
  const trees = parentTrees({
    moments: moments.correlation,
    size: 3,
    score: { kind: "bic", rows, perParent: Math.log(rows) },
    maxParents: 2,
    rules,
  });
  expect([...trees[2]!.parents(Uint8Array.of(1, 1, 0))].sort()).toEqual([0, 1]);
});

it("weights of selected pairs are regression coefficients; others are shrunk, and 0 where they would close a cycle", () => {
  const { data } = simulateLinear({ family: "ER2", size: 6, seed: 1 });
  const moments = momentsOf(data);
  const parents = [[], [0], [0, 1], [2], [], [3, 4]];
  const standardised = edgeWeights(moments, parents, 10);
  const raw = edgeWeights(moments, parents, 10, { raw: true });
  for (const [j, set] of parents.entries()) {
    const beta = solveSubset(moments.correlation, 6, set, j);
    const rawBeta = solveSubset(moments.covariance, 6, set, j);
    for (const [k, i] of set.entries()) {
      expect(standardised[i * 6 + j]).toBeCloseTo(beta[k]!, 10);
      expect(raw[i * 6 + j]! / rawBeta[k]!).toBeCloseTo(1, 8);
    }
  }
  expect(standardised[5 * 6 + 0]).toBe(0);
  const added = solveSubset(moments.correlation, 6, [2, 4], 3)[1]!;
  expect(Math.abs(standardised[4 * 6 + 3]!)).toBeLessThanOrEqual(Math.abs(added) + 1e-12);
});

it("precedence: tiers and required paths order the nodes, nothing else does", () => {
  const before = precedence(edgeRules(names, { tiers: [["v2"], ["v0", "v1", "v3"]], required: [["v3", "v1"]] }));
  expect(freeNodes(before, Uint8Array.of(1, 1, 1, 1))).toEqual([2]);
  expect(freeNodes(before, Uint8Array.of(1, 1, 0, 1))).toEqual([0, 3]);
  expect(freeNodes(precedence(edgeRules(names, undefined)), Uint8Array.of(1, 1, 1, 1))).toEqual([0, 1, 2, 3]);
});
