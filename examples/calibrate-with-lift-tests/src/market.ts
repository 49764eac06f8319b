// A simulated market with a trap: demand that comes and goes moves sales, and search is bought when demand is high, so
// that search looks better than it is. A survey of demand exists, but the first model does not have it.

import { createPanel, createRandom, type Panel } from "@mmm/core";
import { type SimulationTruth, simulatePanel, truthTotals } from "@mmm/data";

export interface Market {
  readonly panel: Panel;
  /** The same with demand as a control. */
  readonly withDemand: Panel;
  readonly truth: SimulationTruth;
  /** True return of each channel. */
  readonly roi: Readonly<Record<string, number>>;
}

/** Six regions over two years. */
export function marketWithHiddenDemand(seed: number): Market {
  const { panel, truth } = simulatePanel({ units: 6, channels: ["tv", "search", "radio"], edges: 0 }, seed);
  const { units, periods, preSample } = truth.settings;
  const search = truth.channels.findIndex(({ name }) => name === "search");
  const random = createRandom(seed).split("demand");
  const kpi = panel.columns.find(({ name }) => name === panel.roles.kpi)!.values.slice();
  const demand = new Float64Array(units * periods);
  const mean = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length;
  for (let unit = 0; unit < units; unit++) {
    const start = unit * (preSample + periods) + preSample;
    const spend = truth.activity[search]!.subarray(start, start + periods);
    const level = mean(truth.baseline.subarray(unit * periods, (unit + 1) * periods));
    for (let t = 0; t < periods; t++) {
      const cell = unit * periods + t;
      demand[cell] = spend[t]! / mean(spend) - 1 + 0.7 * random.normal();
      kpi[cell]! += 0.06 * level * demand[cell]!;
    }
  }
  const { roi } = truthTotals(truth);
  const hidden = createPanel({
    ...panel,
    columns: panel.columns.map((column) => (column.name === panel.roles.kpi ? { ...column, values: kpi } : column)),
  });
  return {
    panel: hidden,
    withDemand: createPanel({
      ...hidden,
      columns: [...hidden.columns, { name: "demand", values: demand }],
      roles: { ...panel.roles, controls: [...panel.roles.controls, "demand"] },
    }),
    truth,
    roi: Object.fromEntries(truth.channels.map(({ name }, c) => [name, roi[c]!])),
  };
}
