// The conformance suite of causal engines. It registers vitest tests; every engine, ours or yours, must pass it. What an
// engine's capabilities rule out is skipped, and what they claim is tested.

import {
  type CausalConstraints,
  type CausalData,
  type CausalEdge,
  type CausalEngine,
  type CausalGraph,
  isMmmError,
} from "@mmm/core";
import { beforeAll, describe, expect, it } from "vitest";
import { knownSeries, lagEdges, names, sameEdges } from "./known-series.js";

export interface CausalConformance {
  /** Least probability that a truly linked pair scores above an unlinked one, on easy data. Default 0.8. */
  readonly leastSeparation?: number;
  /** Milliseconds per test. Default 60000. */
  readonly timeout?: number;
}

/**
 * Register the conformance tests of one engine.
 *
 * They check the shape of the graph, that weights, signs and probabilities agree, that runs repeat and leave the data
 * alone, that claimed constraints and scale invariance hold, that bad data and cancellation end in the right errors, and
 * that linked columns score above unlinked ones on easy data.
 *
 * @param makeEngine called once, in a `beforeAll`
 * @example testCausalEngine("my engine", () => myEngine());
 */
export function testCausalEngine(
  name: string,
  makeEngine: () => CausalEngine | Promise<CausalEngine>,
  { leastSeparation = 0.8, timeout = 60_000 }: CausalConformance = {},
): void {
  describe(name, { timeout }, () => {
    let engine: CausalEngine;
    let data: CausalData;
    let graph: CausalGraph;
    beforeAll(async () => {
      engine = await makeEngine();
      const temporal = engine.capabilities.edges !== "contemporaneous";
      data = knownSeries({ temporal, ...(engine.capabilities.perUnitGraphs && { units: 4 }) });
      graph = await engine.discover(data, { seed: 1 });
    }, timeout);

    it("describes itself", () => {
      expect(engine.specVersion).toBe("v1");
      expect(engine.id).toMatch(/^[a-z0-9][a-z0-9+._-]*$/);
      for (const text of [engine.version, engine.title, ...engine.citations]) expect(text.trim()).not.toBe("");
      expect(engine.citations.length).toBeGreaterThan(0);
      expect(Object.isFrozen(engine)).toBe(true);
      const { edges, maxLag } = engine.capabilities;
      if (edges === "contemporaneous") expect(maxLag).toBe(0);
      else expect(maxLag).toBeGreaterThan(0);
    });

    it("returns a well-formed graph over the columns", () => {
      expectGraph(graph, engine, data.columns);
    });

    it("gives the same graph again, whatever ran in between", async () => {
      await engine.discover(knownSeries({ temporal: data.temporal, rows: 240 }), { seed: 5 });
      expect((await engine.discover(data, { seed: 1 })).edges).toEqual(graph.edges);
    });

    it("leaves the data alone", async () => {
      const before = data.values.slice();
      await engine.discover(data);
      expect(data.values).toEqual(before);
    });

    it("scores linked pairs above unlinked ones", () => {
      expect(separation(graph)).toBeGreaterThanOrEqual(leastSeparation);
    });

    it("accepts several units with different levels", async () => {
      const panel = knownSeries({ temporal: data.temporal, units: 4 });
      const found = await engine.discover(panel, { seed: 1 });
      expectGraph(found, engine, panel.columns);
      expect(separation(found)).toBeGreaterThanOrEqual(leastSeparation - 0.1);
      if (engine.capabilities.perUnitGraphs) expect(Object.keys(found.graphs ?? {})).toEqual(panel.units);
    });

    it("selects the same edges when columns change units, if it claims so", async ({ skip }) => {
      if (!engine.capabilities.scaleInvariant) skip();
      const factors = [1e3, 1e-3, 1, 1e-2, 1e2];
      const values = data.values.map((value, k) => value * factors[k % factors.length]!);
      const rescaled = await engine.discover({ ...data, values }, { seed: 1 });
      expect(selection(rescaled)).toEqual(selection(graph));
    });

    it("honours forbidden edges", async ({ skip }) => {
      if (!engine.capabilities.constraints.includes("forbidden")) skip();
      const drawn = graph.edges.filter((edge) => edge.selected && edge.from !== edge.to);
      expect(drawn.length).toBeGreaterThan(0);
      const forbidden = drawn.map(({ from, to }) => [from, to] as const);
      const found = await engine.discover(data, { seed: 1, constraints: { forbidden } });
      expectGraph(found, engine, data.columns);
      const pairs = new Set(forbidden.map(([from, to]) => `${from} → ${to}`));
      expect(crossing(found).filter((edge) => pairs.has(edge))).toEqual([]);
    });

    it("honours required edges", async ({ skip }) => {
      if (!engine.capabilities.constraints.includes("required")) skip();
      const required = [["search", "social"]] as const;
      const found = await engine.discover(data, { seed: 1, constraints: { required } });
      expectGraph(found, engine, data.columns);
      expect(crossing(found)).toContain("search → social");
      expect(
        found.edges.some((edge) => edge.selected && edge.from === "social" && edge.to === "search" && edge.lag === 0),
      ).toBe(false);
    });

    it("honours tiers", async ({ skip }) => {
      if (!engine.capabilities.constraints.includes("tiers")) skip();
      const tiers = [["sales"], ["tv", "search"], ["radio", "social"]];
      const found = await engine.discover(data, { seed: 1, constraints: { tiers } });
      expectGraph(found, engine, data.columns);
      const tierOf = (node: string): number => tiers.findIndex((tier) => tier.includes(node));
      const backwards = found.edges.filter(({ from, to, selected }) => selected && tierOf(from) > tierOf(to));
      expect(backwards).toEqual([]);
    });

    it("refuses contradictory constraints", async ({ skip }) => {
      const { constraints } = engine.capabilities;
      if (!constraints.includes("required") || !constraints.includes("forbidden")) skip();
      const both: CausalConstraints = { required: [["tv", "sales"]], forbidden: [["tv", "sales"]] };
      await expectMmmError(engine.discover(data, { constraints: both }));
    });

    it("refuses a constraint on a column that does not exist", async ({ skip }) => {
      if (!engine.capabilities.constraints.includes("forbidden")) skip();
      await expectMmmError(engine.discover(data, { constraints: { forbidden: [["no such column", "tv"]] } }));
    });

    it("refuses values that are not numbers, naming the column", async () => {
      const values = data.values.slice();
      values[2 * names.length + 1] = Number.NaN;
      const error = await expectMmmError(engine.discover({ ...data, values }));
      expect((error as Error).message).toContain("search");
    });

    it("refuses a constant column, naming it", async () => {
      const values = data.values.map((value, k) => (k % names.length === 4 ? 3 : value));
      const error = await expectMmmError(engine.discover({ ...data, values }));
      expect((error as Error).message).toContain("social");
    });

    it("stops when cancelled", async () => {
      const controller = new AbortController();
      controller.abort();
      const error = await expectMmmError(engine.discover(data, {}, { signal: controller.signal }));
      expect((error as { code: string }).code).toBe("CANCELLED");
    });
  });
}

function expectGraph(graph: CausalGraph, engine: CausalEngine, columns: readonly string[]): void {
  const { capabilities } = engine;
  expect(graph.nodes).toEqual(columns);
  expect(graph.engine).toMatchObject({ id: engine.id, version: engine.version });
  expect(graph.weightScale.trim()).not.toBe("");
  expect(capabilities.edges === "contemporaneous").toBe(graph.kind !== "lagged");
  expect(() => JSON.stringify(graph)).not.toThrow();
  expectEdges(graph.edges, graph, engine);
  for (const unit of Object.values(graph.graphs ?? {})) expectEdges(unit.edges, graph, engine);
}

function expectEdges(edges: readonly CausalEdge[], graph: CausalGraph, { capabilities }: CausalEngine): void {
  const seen = new Set<string>();
  const marks = new Map<string, CausalEdge>();
  for (const edge of edges) {
    const key = `${edge.from} → ${edge.to} @${edge.lag}`;
    expect(seen.has(key), `${key} is listed twice`).toBe(false);
    seen.add(key);
    if (edge.selected && edge.lag === 0) marks.set(`${edge.from} → ${edge.to}`, edge);
    expect(graph.nodes, key).toContain(edge.from);
    expect(graph.nodes, key).toContain(edge.to);
    expect(Number.isInteger(edge.lag) && edge.lag >= 0 && edge.lag <= capabilities.maxLag, `lag of ${key}`).toBe(true);
    expect(edge.lag === 0 && edge.from === edge.to, `${key} is a self edge`).toBe(false);
    if (capabilities.edges === "lagged") expect(edge.lag, key).toBeGreaterThan(0);
    expect(Number.isFinite(edge.weight), `weight of ${key}`).toBe(true);
    expect(edge.sign === Math.sign(edge.weight) || edge.sign === 0, `sign of ${key}`).toBe(true);
    if (edge.probability !== null) expect(edge.probability >= 0 && edge.probability <= 1, key).toBe(true);
    if (graph.kind === "dag") expect(edge.directed, `${key} in a DAG`).not.toBe(false);
  }
  if (capabilities.probabilities) expect(edges.some((edge) => edge.probability !== null)).toBe(true);
  for (const edge of marks.values()) {
    const back = marks.get(`${edge.to} → ${edge.from}`);
    const open = edge.directed === false;
    expect(open, `${edge.from} — ${edge.to}: both directions are drawn exactly when neither is directed`).toBe(
      back !== undefined,
    );
  }
  if (graph.kind === "dag") expect(hasCycle(graph.nodes, [...marks.values()])).toBe(false);
}

function hasCycle(nodes: readonly string[], edges: readonly CausalEdge[]): boolean {
  let left = [...nodes];
  for (;;) {
    const sources = left.filter((node) => !edges.some(({ from, to }) => to === node && left.includes(from)));
    if (sources.length === 0) return left.length > 0;
    left = left.filter((node) => !sources.includes(node));
  }
}

/** Probability that a linked unordered pair has a larger |weight| (over lags and directions) than an unlinked one. */
function separation(graph: CausalGraph): number {
  const { nodes } = graph;
  const linked = new Set<string>();
  const reach = new Set(graph.edges.map((edge) => edge.lag));
  const pair = (a: string, b: string): string => [a, b].sort().join(" — ");
  if (reach.has(0)) for (const [i, j] of sameEdges) linked.add(pair(names[i]!, names[j]!));
  if (reach.has(1)) for (const [i, j] of lagEdges) linked.add(pair(names[i]!, names[j]!));
  const strength = new Map<string, number>();
  for (const a of nodes) for (const b of nodes) if (a < b) strength.set(pair(a, b), 0);
  for (const { from, to, weight } of graph.edges) {
    if (from !== to) strength.set(pair(from, to), Math.max(strength.get(pair(from, to))!, Math.abs(weight)));
  }
  let right = 0;
  let total = 0;
  for (const [a, strong] of strength) {
    for (const [b, weak] of strength) {
      if (!linked.has(a) || linked.has(b)) continue;
      total++;
      right += strong > weak ? 1 : strong === weak ? 0.5 : 0;
    }
  }
  return right / total;
}

function selection(graph: CausalGraph): string[] {
  return graph.edges
    .filter((edge) => edge.selected)
    .map(({ from, to, lag, directed }) => `${from} → ${to} @${lag}${directed === false ? " open" : ""}`)
    .sort();
}

/** Selected pairs of different columns at any lag. */
function crossing(graph: CausalGraph): string[] {
  return graph.edges.filter((edge) => edge.selected && edge.from !== edge.to).map(({ from, to }) => `${from} → ${to}`);
}

async function expectMmmError(result: Promise<unknown>): Promise<unknown> {
  const error = await result.then(
    () => expect.unreachable("the engine should have refused"),
    (reason: unknown) => reason,
  );
  expect(isMmmError(error), String(error)).toBe(true);
  return error;
}
