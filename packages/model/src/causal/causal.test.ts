import { lingam, orderBic, pcmciPlus } from "@mmm/causal";
import { notearsLayer } from "@mmm/causal-notears";
import { type CausalGraph, columnValues, createPanel, slicePeriods } from "@mmm/core";
import { simulatePanel, trueTotalEffects } from "@mmm/data";
import { describe, expect, it } from "vitest";
import { evaluateFit } from "../attribution/evaluate.js";
import { fitStructural } from "../fit/fit.js";
import { viewFit } from "../result/result.js";
import { decodeFit, encodeFit } from "../save/fit-files.js";
import { activityRows } from "./activity.js";
import { contradictions } from "./contradictions.js";
import { defaultGraph } from "./default-graph.js";
import { layerGraph } from "./layer-graph.js";
import type { SpillOver } from "./types.js";
import { withGraph } from "./with-graph.js";

const simulation = { units: 6, periods: 90, channels: 4, controls: 1, edges: 3 };
const { panel, truth } = simulatePanel(simulation, 3);
const options = { holdout: 10, draws: 25, seed: 1, lags: 10 };
const bare = await fitStructural(panel, { ...options, graph: "none" });
const fit = await withGraph(bare, lingam());
const { result } = viewFit(fit);

const known = (edges: readonly (readonly [from: string, to: string, lag?: number])[]): CausalGraph => ({
  kind: "dag",
  nodes: panel.roles.channels.map(({ name }) => name),
  edges: edges.map(([from, to, lag = 0]) => ({
    from,
    to,
    lag,
    weight: 1,
    probability: null,
    sign: 1,
    selected: true,
  })),
  engine: { id: "given", version: "1", settings: {} },
  weightScale: "none",
  diagnostics: [],
});

const quieter = ({ lags, rates }: SpillOver): SpillOver => ({ lags, rates: rates.map((rate) => rate / 1000) });

const arrows = ({ graph }: typeof result) =>
  (graph?.edges ?? [])
    .filter((edge) => edge.rate !== undefined)
    .map(({ from, to }) => `${from} → ${to}`)
    .sort();

describe("the graph", () => {
  it("finds the planted edges, with rates near the true ones, and nothing else", () => {
    expect(arrows(result)).toEqual(truth.edges.map(({ from, to }) => `${from} → ${to}`).sort());
    const base = (name: string) => truth.channels.find((channel) => channel.name === name)!.base;
    for (const { from, to, weight } of truth.edges) {
      const { rate } = result.graph!.edges.find((edge) => edge.from === from && edge.to === to)!;
      const real = (weight * base(to)) / base(from);
      expect(Math.abs(rate!.mean / real - 1)).toBeLessThan(0.15);
    }
  });

  it("brings total effects near the true ones, which direct effects are not", () => {
    const total = trueTotalEffects(truth);
    const off = (of: (c: number) => number) => total.reduce((sum, value, c) => sum + Math.abs(of(c) - value), 0);
    const withEdges = off((c) => result.channels[c]!.contribution.mean);
    expect(withEdges).toBeLessThan(0.5 * off((c) => result.channels[c]!.direct.mean));
  });

  it("refutes the reverse of a planted edge when channels are sometimes off, and what a hidden driver would fake", () => {
    const pairs = (of: typeof panel, from: typeof bare) => {
      const names = of.roles.channels.map(({ name }) => name);
      return contradictions(activityRows(from.design), 0).map(([i, j]) => `${names[i]} → ${names[j]}`);
    };
    const refuted = pairs(panel, bare);
    for (const { from, to } of truth.edges) {
      expect(refuted).not.toContain(`${from} → ${to}`);
      const neverOff = truth.edges.some((edge) => edge.to === from);
      if (!neverOff) expect(refuted).toContain(`${to} → ${from}`);
    }
  });

  it("never takes an edge for certain in its draws, and counts those that interventions do not follow as often as found", () => {
    const { graph, draws, spillOver } = fit.causal!;
    const names = graph.nodes;
    const at = (from: string, to: string) => names.indexOf(from) * names.length + names.indexOf(to);
    const present = (from: string, to: string) => draws.filter(({ rates }) => rates[at(from, to)]! > 0).length;
    for (const { from, to, probability } of graph.edges) {
      expect(present(from, to)).toBeLessThanOrEqual(probability! * draws.length + 1e-9);
    }
    const planted = truth.edges.map(({ from, to }) => present(from, to) / draws.length);
    expect(Math.min(...planted)).toBeGreaterThan(0.6);
    expect(Math.min(...planted)).toBeLessThan(1);
    expect(spillOver.rates.filter((rate) => rate > 0).length).toBe(truth.edges.length);
  });

  it("says how much runs through an edge, and which edges make no difference", async () => {
    const passes = new Map(result.graph!.edges.flatMap((e) => (e.passes ? [[`${e.from} → ${e.to}`, e.passes]] : [])));
    for (const { from, to } of truth.edges) {
      const without = known(truth.edges.filter((edge) => edge.to !== to).map((edge) => [edge.from, edge.to] as const));
      const { channels } = viewFit(await withGraph(bare, without)).result;
      const mean = (of: typeof result.channels) => of.find(({ name }) => name === from)!.contribution.mean;
      const alone = truth.edges.filter((edge) => edge.to === to).length === 1;
      if (!alone || truth.edges.some((edge) => edge.from === to)) continue;
      const change = mean(result.channels) - mean(channels);
      expect(passes.get(`${from} → ${to}`)!.mean / change).toBeGreaterThan(0.6);
      expect(passes.get(`${from} → ${to}`)!.mean / change).toBeLessThan(1.6);
    }
    const faint = {
      ...fit,
      causal: { ...fit.causal!, draws: fit.causal!.draws.map(quieter), spillOver: quieter(fit.causal!.spillOver) },
    };
    const { diagnostics } = viewFit(faint).result;
    expect(diagnostics.map(({ code }) => code)).toContain("NEGLIGIBLE_EDGE");
    expect(diagnostics.map(({ code }) => code)).not.toContain("TOTAL_EFFECTS");
  });

  it("has no edge where a hidden driver moves all channels and each is sometimes off", async () => {
    const driven = simulatePanel({ ...simulation, controls: 0, channels: 3, edges: 0, collinearity: 0.6 }, 5).panel;
    const driven0 = await fitStructural(driven, { ...options, graph: "none" });
    expect(arrows(viewFit(await withGraph(driven0, lingam())).result)).toEqual([]);
  });
});

describe("total effects", () => {
  it("equal direct ones exactly without edges", async () => {
    const empty = viewFit(await withGraph(bare, known([]))).result;
    for (const { contribution, direct, roi, totalRoi, inducedSpend } of empty.channels) {
      expect(contribution).toEqual(direct);
      expect(totalRoi).toEqual(roi);
      expect(inducedSpend).toEqual({ mean: 0, lower: 0, upper: 0 });
    }
    expect(empty.interaction!.mean).toBeCloseTo(0, 6);
    expect(viewFit(bare).result.graph).toBeNull();
  });

  it("add up to the prediction with the baseline and the interaction", () => {
    const prediction = evaluateFit(fit).decomposition.prediction.reduce((a, b) => a + b, 0);
    const contributions = result.channels.reduce((sum, { contribution }) => sum + contribution.mean, 0);
    expect((result.baseline.mean + contributions + result.interaction!.mean) / prediction).toBeCloseTo(1, 12);
    expect(result.interaction!.mean).toBeLessThan(0);
    expect(result.channels.reduce((sum, { share }) => sum + share.mean, 0)).toBeCloseTo(1, 12);
  });

  it("are what the model predicts when the channel is off and its followers lose what it brings about", async () => {
    const [a, b, c] = ["spend_0", "spend_1", "spend_2"] as const;
    const chain = await withGraph(
      bare,
      known([
        [a, b],
        [b, c, 1],
      ]),
    );
    const { spillOver } = chain.causal!;
    const at = (lag: number, from: number, to: number) => spillOver.rates[(lag * 4 + from) * 4 + to]!;
    const { design, layout } = bare;
    const width = design.lags - 1 + design.periods;
    const activity = design.activity.slice();
    for (let r = 0; r < design.units; r++) {
      const row = (channel: number) => activity.subarray((r * 4 + channel) * width, (r * 4 + channel + 1) * width);
      const own = row(0).slice();
      const lostB = own.map((x) => x * at(0, 0, 1));
      row(0).fill(0);
      row(1).forEach((x, t) => {
        row(1)[t] = Math.max(0, x - lostB[t]!);
      });
      row(2).forEach((x, t) => {
        row(2)[t] = Math.max(0, x - (t > 0 ? lostB[t - 1]! * at(1, 1, 2) : 0));
      });
    }
    const off = { ...bare, design: { ...design, activity }, layout };
    const media = (of: typeof bare) => [
      ...evaluateFit({ ...of, draws: { count: 0, shared: [], own: [] } }).mode.contribution,
    ];
    const sum = (values: readonly number[]) => values.reduce((x, y) => x + y, 0);
    const effect = sum(media(bare)) - sum(media(off));
    expect(evaluateFit(chain).mode.total.contribution[0]! / effect).toBeCloseTo(1, 10);
    expect(at(1, 1, 2)).toBeGreaterThanOrEqual(0);
  });

  it("have a marginal value that finite differences of the spend confirm", async () => {
    const chain = await withGraph(bare, known([["spend_0", "spend_1"]]));
    const rate = chain.causal!.spillOver.rates[1]!;
    expect(rate).toBeGreaterThan(0);
    const { design } = bare;
    const width = design.lags - 1 + design.periods;
    const h = 1e-5;
    const activity = design.activity.slice();
    for (let r = 0; r < design.units; r++) {
      for (let t = 0; t < width; t++) {
        const more = h * design.activity[(r * 4 + 0) * width + t]!;
        activity[(r * 4 + 0) * width + t]! += more;
        activity[(r * 4 + 1) * width + t]! += rate * more;
      }
    }
    const value = (of: typeof bare) =>
      evaluateFit({ ...of, draws: { count: 0, shared: [], own: [] } }).mode.value.reduce((x, y) => x + y, 0);
    const slope = (value({ ...bare, design: { ...design, activity } }) - value(bare)) / h;
    expect(evaluateFit(chain).mode.total.marginalValue[0]! / slope).toBeCloseTo(1, 3);
  });

  it("count what other channels spend on a channel's account", async () => {
    const chain = viewFit(await withGraph(bare, known([["spend_0", "spend_1"]]))).result.channels;
    const { rate } = viewFit(await withGraph(bare, known([["spend_0", "spend_1"]]))).result.graph!.edges[0]!;
    expect(chain[0]!.inducedSpend!.mean / (rate!.mean * chain[0]!.spend!)).toBeGreaterThan(0.8);
    expect(chain[0]!.inducedSpend!.mean / (rate!.mean * chain[0]!.spend!)).toBeLessThan(1.2);
    expect(chain[1]!.inducedSpend!.mean).toBe(0);
  });
});

describe("invariants", () => {
  it("a channel that is off in a unit contributes nothing there, directly or through others", async () => {
    const chain = await withGraph(bare, known([["spend_0", "spend_1"]]));
    const { design } = chain;
    const width = design.lags - 1 + design.periods;
    const activity = design.activity.slice();
    activity.fill(0, 0, width);
    const only = panel.observed.map((seen, i) => (i < 90 ? seen : 0));
    const { mode } = evaluateFit({
      ...chain,
      draws: { count: 0, shared: [], own: [] },
      design: { ...design, activity },
      panel: { ...panel, observed: only },
    });
    expect(mode.total.contribution[0]).toBe(0);
    expect(mode.contribution[0]).toBe(0);
    expect(mode.contribution[1]).toBeGreaterThan(0);
  });

  it("units of measure, exposure instead of spend, an unknown cost and the order of columns change nothing but names", async () => {
    const { channels } = panel.roles;
    const spend = columnValues(panel, "spend_0");
    const turned = createPanel({
      ...panel,
      columns: [...panel.columns, { name: "views", values: spend.map((x) => 20 * x) }],
      roles: {
        ...panel.roles,
        channels: channels
          .map((channel, c) =>
            c === 0
              ? { ...channel, activity: "views" }
              : c === 1
                ? { ...channel, spend: null, kind: "organic" as const }
                : channel,
          )
          .reverse(),
      },
    });
    const other = viewFit(await fitStructural(turned, { ...options, graph: lingam() })).result;
    expect(arrows(other)).toEqual(arrows(result));
    for (const { name, contribution, direct, roi, spend } of result.channels) {
      const twin = other.channels.find((channel) => channel.name === name)!;
      expect(twin.contribution.mean / contribution.mean).toBeCloseTo(1, 3);
      expect(twin.direct.mean / direct.mean).toBeCloseTo(1, 3);
      if (name === "spend_1") expect(twin.roi).toBeNull();
      else expect(twin.roi!.mean / roi!.mean).toBeCloseTo(1, 3);
      if (name === "spend_0") expect((twin.effectiveness!.mean * 20 * spend!) / direct.mean).toBeCloseTo(1, 3);
    }
  });

  it("rows after the training periods change neither the graph nor past contributions", async () => {
    const shorter = await withGraph(
      await fitStructural(slicePeriods(panel, 0, 85), { ...options, holdout: 5, graph: "none" }),
      lingam(),
    );
    expect(shorter.causal!.spillOver).toEqual(fit.causal!.spillOver);
    const past = (of: typeof fit) => {
      const periods = of.panel.periods.length;
      const observed = of.panel.observed.map((seen, i) => (i % periods < 80 ? seen : 0));
      return [...evaluateFit({ ...of, panel: { ...of.panel, observed } }).mode.total.contribution];
    };
    past(shorter).forEach((value, c) => {
      expect(value / past(fit)[c]!).toBeCloseTo(1, 9);
    });
  });
});

describe("sources", () => {
  it("a layer, an engine that looks back, and the default find the planted edges too", async () => {
    const strongest = (found: typeof fit) => {
      const lists = viewFit(found).result.graph!.edges.filter(({ rate }) => rate !== undefined);
      return new Set(lists.filter(({ lag }) => lag === 0).map(({ from, to }) => `${from} → ${to}`));
    };
    const training = { rounds: 4, steps: 40, learningRate: 0.06, replicates: 3 };
    const layer = layerGraph((task) => notearsLayer({ ...task, lambda: 0.02 }), training);
    for (const source of [layer, pcmciPlus(), orderBic(), defaultGraph()]) {
      const found = strongest(await withGraph(bare, source));
      const hits = truth.edges.filter(({ from, to }) => found.has(`${from} → ${to}`)).length;
      expect(hits).toBeGreaterThanOrEqual(2);
    }
  });

  it("a graph that cannot be used is refused in words", async () => {
    await expect(withGraph(bare, { ...known([]), nodes: ["tv", "radio"] })).rejects.toThrow(
      "The graph is over tv, radio; the channels are spend_0, spend_1, spend_2, spend_3.",
    );
    await expect(
      withGraph(
        bare,
        known([
          ["spend_0", "spend_1"],
          ["spend_1", "spend_0"],
        ]),
      ),
    ).rejects.toThrow("cycle within a period: spend_0 → spend_1 → spend_0");
  });

  it("survives saving", () => {
    expect(viewFit(decodeFit(encodeFit(fit)))).toEqual(viewFit(fit));
  });
});
