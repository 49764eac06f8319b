import { createRandom } from "@mmm/core";
import { simulatePanel } from "@mmm/data";
import { expect, it } from "vitest";
import { arrowSystem } from "./curvature.js";
import { buildDesign } from "./design.js";
import { evaluateUnit, loadingOf, sharedState, unitWorkspace } from "./forward.js";
import { levelFilter, whiten, whitenAdjoint } from "./level.js";
import { addUnitCurvature, addUnitGradient, unitColumns } from "./normal-equations.js";
import { buildLayout } from "./parameters.js";
import { resolveSettings } from "./settings.js";

const { panel } = simulatePanel({ units: 5, periods: 50, channels: 2, controls: 2, missing: 0.05 }, 8);

it("adds the inner products of all whitened columns, the shared, the unit's and the shocks'", () => {
  const settings = resolveSettings(panel, { holdout: 6, lags: 6, timeVarying: true });
  const design = buildDesign(panel, settings);
  const names = panel.roles.channels.map(({ name }) => name);
  const layout = buildLayout(design, settings, names);
  const { shared: p, perUnit: q } = layout;
  const random = createRandom(3);
  const shared = layout.priorMean.map((mean, i) => (i >= layout.shock ? 0.05 * random.normal() : mean));
  const own = Float64Array.from({ length: 5 * q }, () => 0.1 * random.normal());
  const shock = Float64Array.from({ length: 50 }, (_, t) => (t < 44 ? shared[layout.shock + t]! : 0));
  const state = sharedState(layout, shared, design.lags, shock);
  const weights = Float64Array.from({ length: 44 }, (_, t) => design.used[2 * 50 + t]! * (t % 5 === 0 ? 0.3 : 1));
  const filter = levelFilter(weights, 0.2);
  const work = unitWorkspace(design, layout, 44);
  evaluateUnit(design, layout, state, shared, own, 2, work);
  const loading = loadingOf(layout, own, 2);

  const dense = work.jacobian.slice();
  for (let t = 0; t < 44; t++) dense[(layout.shock + t) * 44 + t] = weights[t]! > 0 ? loading : 0;
  for (let i = 0; i < p + q; i++) whiten(filter, dense, i * 44, 0, 44);
  const residual = Float64Array.from(weights, (weight) => (weight > 0 ? random.normal() : 0));
  whiten(filter, residual, 0, 0, 44);

  const system = arrowSystem(p, q, 5);
  const rows = { r: 2, jacobian: work.jacobian, residual, periods: 44, filter, precision: 7, loading };
  const columns = unitColumns(layout, state);
  addUnitGradient(layout, columns, rows, system);
  addUnitCurvature(layout, columns, rows, system);
  const product = (i: number, other: Float64Array, at: number): number => {
    let sum = 0;
    for (let t = 0; t < 44; t++) sum += 7 * dense[i * 44 + t]! * other[at + t]!;
    return sum;
  };
  const got = (i: number, j: number): number => {
    if (i < p) return system.sharedBlock[i * p + j]!;
    return j < p ? system.crossBlock[(2 * q + i - p) * p + j]! : system.unitBlock[(2 * q + i - p) * q + j - p]!;
  };
  for (let i = 0; i < p + q; i++) {
    const slope = i < p ? system.sharedGradient[i]! : system.unitGradient[2 * q + i - p]!;
    expect(slope).toBeCloseTo(product(i, residual, 0), 8);
    for (let j = 0; j <= i; j++) expect(got(i, j)).toBeCloseTo(product(i, dense, j * 44), 8);
  }
});

it("the adjoint of the whitening is its transpose", () => {
  const random = createRandom(5);
  const filter = levelFilter(Float64Array.of(0, 1, 0.4, 0, 0, 1, 2), 0.7);
  const a = Float64Array.from({ length: 7 }, () => random.normal());
  const b = Float64Array.from({ length: 7 }, () => random.normal());
  const white = a.slice();
  whiten(filter, white, 0, 0, 7);
  const back = new Float64Array(7);
  whitenAdjoint(filter, b, 0, back);
  const dot = (x: Float64Array, y: Float64Array): number => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  expect(dot(white, b)).toBeCloseTo(dot(a, back), 12);
});
