import { createRandom } from "@mmm/core";
import { simulatePanel } from "@mmm/data";
import { expect, it } from "vitest";
import { arrowSystem, factorArrow, scaleNormals } from "./curvature.js";
import { buildDesign } from "./design.js";
import type { EvidenceRow } from "./evidence.js";
import { drawAround } from "./evidence-draw.js";
import { findMode } from "./levenberg-marquardt.js";
import { linearise, makeProblem, unitWeights } from "./objective.js";
import { buildLayout } from "./parameters.js";
import { resolveSettings } from "./settings.js";
import { initialVariances } from "./variance.js";

const { panel } = simulatePanel({ units: 3, periods: 50, channels: 2, controls: 0 }, 4);
const settings = resolveSettings(panel, {});
const design = buildDesign(panel, settings);
const layout = buildLayout(
  design,
  settings,
  panel.roles.channels.map(({ name }) => name),
);
const [i, j] = layout.channels.map(({ effect }) => effect) as [number, number];

function fitted(rows: readonly EvidenceRow[]) {
  const variances = initialVariances(design, settings.level, layout);
  const problem = makeProblem(design, layout, variances, unitWeights(design), rows);
  const start = { shared: layout.priorMean.slice(), own: new Float64Array(design.units * layout.perUnit) };
  const { mode } = findMode(problem, start, { tolerance: 1e-8 });
  const system = arrowSystem(layout.shared, layout.perUnit, design.units);
  linearise(problem, mode.shared, mode.own, system);
  const factor = factorArrow(system, 0)!;
  const random = createRandom(3);
  const draw = () => {
    const normals = {
      shared: mode.shared.map(() => random.normal()),
      own: mode.own.map(() => random.normal()),
      errors: Float64Array.from(rows, () => random.normal()),
    };
    const point = { shared: normals.shared.slice(), own: normals.own.slice() };
    drawAround(problem, mode, factor, point, normals.errors);
    return { normals, point };
  };
  return { mode, factor, draw };
}

const row = (value: number, standardError: number, quantity: EvidenceRow["quantity"]): EvidenceRow => ({
  value,
  standardError,
  degreesOfFreedom: Number.POSITIVE_INFINITY,
  quantity,
});

it("is Matheron's rule where the quantity is linear", () => {
  const { mode, factor, draw } = fitted([
    row(0.2, 0.3, ({ shared, own }, slope) => {
      if (slope) {
        slope.shared[i]! += 1;
        slope.own[1]! += 2;
      }
      return shared[i]! + 2 * own[1]!;
    }),
  ]);
  const { normals, point } = draw();
  scaleNormals(factor, normals.shared, normals.own, normals.errors);
  normals.shared.forEach((value, k) => {
    expect(point.shared[k]!).toBeCloseTo(mode.shared[k]! + value, 9);
  });
  normals.own.forEach((value, k) => {
    expect(point.own[k]!).toBeCloseTo(mode.own[k]! + value, 9);
  });
});

it("meets tight evidence on a bent quantity in every draw", () => {
  const product: EvidenceRow["quantity"] = ({ shared }, slope) => {
    const [a, b] = [0.4 * (shared[i]! - 1.5), 0.4 * (shared[j]! - 1.5)];
    const value = Math.exp(a + 0.5 * b * b);
    if (slope) {
      slope.shared[i]! += 0.4 * value;
      slope.shared[j]! += 0.4 * value * b;
    }
    return value;
  };
  const { mode, factor, draw } = fitted([row(1, 0.02, product)]);
  const quantityAt = (shared: Float64Array): number => product({ shared } as never);
  const draws = Array.from({ length: 100 }, draw);
  const off = draws.map(({ point }) => Math.abs(quantityAt(point.shared) - 1) / 0.02);
  expect(Math.max(...off)).toBeLessThan(4.5);
  const linear = draws.map(({ normals }) => {
    scaleNormals(factor, normals.shared, normals.own, normals.errors);
    return Math.abs(quantityAt(normals.shared.map((value, k) => value + mode.shared[k]!)) - 1) / 0.02;
  });
  expect(Math.max(...linear)).toBeGreaterThan(4.5);
});
