import { columnValues, createRandom, withColumn } from "@mmm/core";
import { quantile, simulatePanel } from "@mmm/data";
import { expect, it } from "vitest";
import { effectOf } from "./channel-curve.js";
import { factorArrow, scaleNormals } from "./curvature.js";
import { buildDesign } from "./design.js";
import { drawingSystem } from "./drawing.js";
import { findMode } from "./levenberg-marquardt.js";
import { makeProblem, objective, unitWeights } from "./objective.js";
import { buildLayout } from "./parameters.js";
import { resolveSettings } from "./settings.js";
import { silentDraws } from "./silent-channels.js";
import { initialVariances } from "./variance.js";

const simulated = simulatePanel({ units: 1, periods: 104, channels: 2, controls: 0, noise: 0.03 }, 4);
const { panel } = simulated;
const settings = resolveSettings(panel, { harmonics: 1, lags: 6 });
const names = panel.roles.channels.map(({ name }) => name);

/** The problem of a panel whose KPI lacks the second channel, for given variances. */
function problemWithout() {
  const kpi = columnValues(panel, panel.roles.kpi);
  const silenced = kpi.map((value, i) => value - simulated.truth.contributions[2 * i + 1]!);
  const design = buildDesign(withColumn(panel, panel.roles.kpi, silenced), settings);
  const layout = buildLayout(design, settings, names);
  const variances = { ...initialVariances(design, false, layout), noise: new Float64Array([0.03]) };
  return makeProblem(design, layout, variances, unitWeights(design));
}

it("draws an effect near zero as the posterior has it, where the curvature at the mode would let it grow", () => {
  const problem = problemWithout();
  const { layout } = problem;
  const silent = layout.channels[1]!.effect;
  const start = { shared: layout.priorMean.slice(), own: new Float64Array(0) };
  const { mode } = findMode(problem, start, { tolerance: 1e-8 });
  const factor = factorArrow(drawingSystem(problem, mode), 0)!;
  const random = createRandom(1);
  const around = (scale: number): Float64Array => {
    const step = mode.shared.map(() => scale * random.normal());
    scaleNormals(factor, step, new Float64Array(0));
    return step;
  };
  const redraw = silentDraws(problem, mode, createRandom(2))!;
  const plain: number[] = [];
  const drawn: number[] = [];
  for (let d = 0; d < 1500; d++) {
    const shared = around(1).map((step, i) => mode.shared[i]! + step);
    plain.push(effectOf(shared[silent]!));
    redraw({ shared, own: new Float64Array(0) });
    drawn.push(effectOf(shared[silent]!));
  }

  let at = mode.shared.slice();
  let value = objective(problem, at, start.own);
  const sampled: number[] = [];
  for (let step = 0; step < 30_000; step++) {
    const move = around(0.35);
    const next = at.map((x, i) => x + move[i]!);
    const nextValue = objective(problem, next, start.own);
    if (Math.log(1 - random.uniform()) < value - nextValue) [at, value] = [next, nextValue];
    if (step < 3000) continue;
    sampled.push(effectOf(at[silent]!));
  }
  const top = (values: number[]): number => quantile(Float64Array.from(values).sort(), 0.9);
  expect(top(plain) / top(sampled)).toBeGreaterThan(5);
  expect(Math.abs(Math.log(top(drawn) / top(sampled)))).toBeLessThan(0.5);
});

it("leaves draws alone where every channel does something", () => {
  const design = buildDesign(panel, settings);
  const layout = buildLayout(design, settings, names);
  const problem = makeProblem(design, layout, initialVariances(design, false, layout), unitWeights(design));
  const { mode } = findMode(problem, { shared: layout.priorMean.slice(), own: new Float64Array(0) });
  expect(silentDraws(problem, mode, createRandom(2))).toBeNull();
});
