import { createPanel, createRandom } from "@mmm/core";
import { simulatePanel } from "@mmm/data";
import { expect, it } from "vitest";
import { channelSums } from "../attribution/channel-sums.js";
import { buildDesign } from "../structural/design.js";
import { evidencePoint } from "../structural/evidence.js";
import { buildLayout } from "../structural/parameters.js";
import { resolveSettings } from "../structural/settings.js";
import { liftQuantity, logNormal, priorRow, roiQuantity, shareQuantity } from "./evidence-rows.js";
import { observedTotal } from "./observed-total.js";

const { panel: simulated } = simulatePanel({ units: 4, periods: 50, channels: 2, controls: 1, missing: 0.05 }, 3);
// Revenue per KPI that changes over time, so that value and contribution differ.
const panel = createPanel({
  ...simulated,
  columns: [
    ...simulated.columns,
    { name: "price", values: simulated.observed.map((_, i) => 2 + (i % 50) / 50) as unknown as Float64Array },
  ].map((column) => ({ ...column, values: Float64Array.from(column.values) })),
  roles: { ...simulated.roles, revenuePerKpi: "price" },
});

// The first channel sets off the second, at once and a period later.
const spillOver = { lags: 1, rates: Float64Array.of(0, 0.3, 0, 0, 0, 0.2, 0, 0) };

function modelOf(carryover: string, saturation: string, holdout = 6) {
  const settings = resolveSettings(panel, { holdout, carryover, saturation });
  const design = buildDesign(panel, settings);
  const layout = buildLayout(
    design,
    settings,
    panel.roles.channels.map(({ name }) => name),
  );
  const random = createRandom(5);
  const shared = layout.priorMean.map((value) => (Number.isNaN(value) ? 0 : value) + 0.3 * random.normal());
  const own = Float64Array.from({ length: design.units * layout.perUnit }, () => 0.1 * random.normal());
  return { panel, design, layout, shared, own, spillOver: null };
}

const test = {
  channel: panel.roles.channels[1]!.name,
  units: [panel.units[0]!, panel.units[2]!],
  from: panel.periods[20]!,
  to: panel.periods[24]!,
  until: panel.periods[30]!,
  lift: 1,
  standardError: 1,
};

it.each([
  ["geometric", "hill"],
  ["weibullPdf", "logistic"],
  ["none", "root"],
])("quantities have the derivatives that finite differences give (%s, %s)", (carryover, saturation) => {
  const model = modelOf(carryover, saturation);
  const { design, layout, shared, own } = model;
  const roi = roiQuantity(model, 0);
  const quantities = [
    liftQuantity(model, { ...test, spendChange: { percent: 60 } }),
    liftQuantity(model, { ...test, spendChange: { amount: -200 } }),
    roi,
    shareQuantity(model, 1),
    liftQuantity({ ...model, spillOver }, { ...test, channel: panel.roles.channels[0]!.name, spendChange: "all" }),
    priorRow(roi, { channel: "", quantity: "roi", range: [0.5, 3] }).quantity,
  ];
  for (const quantity of quantities) {
    const slope = { shared: new Float64Array(shared.length), own: new Float64Array(own.length) };
    const pointAt = () => evidencePoint(layout, design.lags, shared, own);
    expect(quantity(pointAt(), slope)).toBeCloseTo(quantity(pointAt()), 12);
    const largest = Math.max(...slope.shared.map(Math.abs), ...slope.own.map(Math.abs));
    expect(largest).toBeGreaterThan(0);
    for (const [vector, analytic] of [
      [shared, slope.shared],
      [own, slope.own],
    ] as const) {
      for (let i = 0; i < vector.length; i++) {
        const at = vector[i]!;
        const h = 1e-5;
        vector[i] = at + h;
        const up = quantity(pointAt());
        vector[i] = at - h;
        const down = quantity(pointAt());
        vector[i] = at;
        expect(Math.abs((up - down) / (2 * h) - analytic[i]!) / largest).toBeLessThan(1e-7);
      }
    }
  }
});

it("a lift counts the cells of the test only, and carry-over after it where it was measured", () => {
  const model = modelOf("geometric", "hill");
  const point = evidencePoint(model.layout, model.design.lags, model.shared, model.own);
  const at = (units: "all" | readonly string[], until: string) =>
    liftQuantity(model, { ...test, units, until, spendChange: { percent: 100 } })(point);
  const apart = panel.units.map((unit) => at([unit], test.to));
  expect(at("all", test.to)).toBeCloseTo(
    apart.reduce((a, b) => a + b),
    10,
  );
  expect(Math.min(...apart)).toBeGreaterThan(0);
  expect(at("all", panel.periods[30]!)).toBeGreaterThan(at("all", panel.periods[25]!));
  expect(at("all", panel.periods[25]!)).toBeGreaterThan(at("all", test.to));
});

it("shares are of the direct effect, and a lift includes what the channel sets off in others", () => {
  const model = modelOf("none", "hill", 0);
  const { design, layout, shared, own } = model;
  const point = evidencePoint(layout, design.lags, shared, own);
  const kpi = observedTotal(panel, panel.roles.kpi);
  const sums = channelSums(model)(shared, own, spillOver);
  expect(sums.total.contribution[0]! / sums.contribution[0]!).toBeGreaterThan(1.05);
  for (const c of [0, 1]) {
    expect((shareQuantity({ ...model, spillOver }, c)(point) * kpi) / sums.contribution[c]!).toBeCloseTo(1, 10);
  }
  // Switched off in all periods it loses its total effect, but for what absent rows and earlier periods set off.
  const always = {
    ...test,
    channel: panel.roles.channels[0]!.name,
    units: "all" as const,
    from: panel.periods[0]!,
    to: panel.periods.at(-1)!,
    until: panel.periods.at(-1)!,
    spendChange: "all" as const,
  };
  expect(liftQuantity(model, always)(point) / sums.contribution[0]!).toBeCloseTo(1, 10);
  const part = liftQuantity({ ...model, spillOver }, always)(point) / sums.total.contribution[0]!;
  expect(part).toBeGreaterThan(0.98);
  expect(part).toBeLessThan(1 + 1e-9);
});

it("a log-normal prior keeps 90 % between its ends", () => {
  const { mean, sd } = logNormal([0.5, 2]);
  expect(mean).toBeCloseTo(0, 12);
  expect(sd * 1.6448536269514722).toBeCloseTo(Math.log(2), 8);
});
