import { columnValues, type Panel, withColumn } from "@mmm/core";
import { simulatePanel } from "@mmm/data";
import { expect, it } from "vitest";
import { fitStructural, viewFit } from "../index.js";

const { panel } = simulatePanel({ units: 8, periods: 84, channels: 2 }, 11);
const kpi = columnValues(panel, panel.roles.kpi);
const periods = panel.periods.length;

/** The KPI of the chosen units stays higher or lower from a period on, by a part of their mean. */
function shifted(shiftOf: (unit: number) => number, from: number): Panel {
  const values = kpi.slice();
  panel.units.forEach((_, r) => {
    const cells = Array.from({ length: periods }, (_, t) => r * periods + t);
    const mean = cells.reduce((sum, i) => sum + kpi[i]!, 0) / periods;
    for (const i of cells.slice(from)) values[i]! += shiftOf(r) * mean;
  });
  return withColumn(panel, panel.roles.kpi, values);
}

async function fitted(data: Panel) {
  const fit = await fitStructural(data, { draws: 40, graph: "none" });
  return {
    variances: fit.learned.problem.variances,
    shares: viewFit(fit).result.channels.map(({ share }) => share.mean),
  };
}

it("tells a jump of one unit from a break in all, and asks media to explain neither", async () => {
  const calm = await fitted(panel);
  const one = await fitted(shifted((r) => (r === 4 ? 0.6 : 0), 60));
  const all = await fitted(shifted((r) => (r % 2 === 0 ? 0.4 : -0.3), 70));

  const { levelJumps, levelUnrest } = one.variances;
  expect(levelJumps.indexOf(Math.max(...levelJumps))).toBe(4 * periods + 60);
  expect(all.variances.levelUnrest.indexOf(Math.max(...all.variances.levelUnrest))).toBe(70);
  expect(all.variances.levelUnrest[70]!).toBeGreaterThan(10 * levelUnrest[60]!);
  for (const { shares } of [one, all]) {
    const moved = shares.reduce((sum, share, c) => sum + Math.abs(share - calm.shares[c]!), 0) / 2;
    expect(moved).toBeLessThan(0.05);
  }
});
