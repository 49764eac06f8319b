import { expect, it } from "vitest";
import { granger } from "../engines/granger.js";
import { lingam } from "../engines/lingam.js";
import { orderBic } from "../engines/order-bic.js";
import { pc } from "../engines/pc.js";
import { simulateInternallyStandardised, simulateLinear } from "../simulate/index.js";
import { compareEngines } from "./compare-engines.js";

it("counts votes and differences; an engine that refuses the data gets a row with its reason", async () => {
  const { data, truth } = simulateInternallyStandardised({ family: "ER1", size: 6, seed: 0, rows: 800, noise: "exp" });
  const { rows, differences, edges } = await compareEngines(data, [orderBic(), lingam(), pc(), granger()]);
  expect(rows.map(({ problem }) => problem !== null)).toEqual([false, false, false, true]);
  expect(rows[3]!.problem).toContain("not temporal");
  expect(differences[0]![0]).toBe(0);
  expect(differences[0]![1]).toBe(differences[1]![0]);
  expect(differences[3]).toEqual([null, null, null, null]);
  for (const { from, to } of truth.edges) {
    const both = edges.filter(
      (edge) => (edge.from === from && edge.to === to) || (edge.from === to && edge.to === from),
    );
    expect(both.reduce((sum, edge) => sum + edge.votes, 0)).toBeGreaterThan(0.6);
  }
  for (const edge of edges) expect(edge.votes > 0 && edge.votes <= 1).toBe(true);
});

it("passes constraints on", async () => {
  const { data } = simulateLinear({ family: "ER2", size: 5, seed: 0 });
  const forbidden = data.columns.slice(1).map((name) => ["v0", name] as const);
  const { edges } = await compareEngines(data, [orderBic(), lingam()], { constraints: { forbidden } });
  expect(edges.filter(({ from }) => from === "v0")).toEqual([]);
});
