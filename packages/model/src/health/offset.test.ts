import { createRandom, withColumn } from "@mmm/core";
import { simulatePanel } from "@mmm/data";
import { expect, it } from "vitest";
import { fitStructural } from "../fit/fit.js";
import { viewFit } from "../result/result.js";

const { panel } = simulatePanel({ units: 8, periods: 78, channels: 2, controls: 1 }, 31);
const periods = panel.periods.length;
const units = panel.units.length;
const offsetOf = async (data: typeof panel) =>
  viewFit(await fitStructural(data, { draws: 40, graph: "none" })).result.diagnostics.filter(
    ({ code }) => code === "EFFECT_OFFSET",
  );

it("names a channel that follows local demand while the KPI does not follow its budget", async () => {
  const random = createRandom(5);
  const budget = Array.from({ length: periods }, (_, t) => (Math.floor(t / 9) % 2 === 0 ? 1 : 2.2));
  const demand = new Float64Array(units * periods);
  for (let r = 0; r < units; r++) {
    for (let t = 0, state = 0; t < periods; t++) {
      state = 0.6 * state + 0.25 * random.normal();
      demand[r * periods + t] = state;
    }
  }
  for (let t = 0; t < periods; t++) {
    const mean = Array.from({ length: units }, (_, r) => demand[r * periods + t]!).reduce((a, b) => a + b, 0) / units;
    for (let r = 0; r < units; r++) demand[r * periods + t]! -= mean;
  }
  const channel = panel.roles.channels[0]!;
  const driven = withColumn(
    panel,
    channel.activity,
    (_, t, r) => 1000 * budget[t]! * Math.exp(demand[r * periods + t]!),
  );
  const follows = withColumn(driven, panel.roles.kpi, (y, t, r) => y * (1 + 0.3 * demand[r * periods + t]!));
  const found = await offsetOf(follows);
  expect(found.map(({ message }) => message)).toEqual([
    expect.stringContaining(`When '${channel.name}' went up or down over all units, the base level undid `),
  ]);
});

it("has nothing to say where the KPI follows", async () => {
  expect(await offsetOf(panel)).toEqual([]);
});
