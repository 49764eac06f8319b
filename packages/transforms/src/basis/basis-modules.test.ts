import { createRandom } from "@mmm/core";
import { setupBackend, type TensorModule } from "@mmm/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { fourierSeason } from "../season/fourier.js";
import { fourierSeasonModule } from "../season/season-module.js";
import { linearFeature } from "../trend/linear.js";
import { knotTrend, slopeChangeFeatures } from "../trend/piecewise.js";
import { knotTrendModule, linearTrendModule, slopeChangeModule } from "../trend/trend-module.js";
import type { BasisParameters } from "./basis-module.js";
import { timesColumns } from "./times-columns.js";

const times = Array.from({ length: 20 }, (_, t) => 50 + t / 3);

const pairs: [string, TensorModule<BasisParameters>, number, (coefficients: number[]) => Float64Array][] = [
  ["season", fourierSeasonModule({ harmonics: 3 }), 6, (c) => fourierSeason(times, c)],
  [
    "linear trend",
    linearTrendModule({ origin: 50, span: 4 }),
    1,
    (c) => linearFeature(times, { origin: 50, span: 4 }).map((x) => x * c[0]!),
  ],
  [
    "slope changes",
    slopeChangeModule([51, 54], { origin: 50 }),
    3,
    (c) => timesColumns(slopeChangeFeatures(times, [51, 54], 50), c),
  ],
  ["no slope change", slopeChangeModule([]), 1, (c) => timesColumns(slopeChangeFeatures(times, []), c)],
  ["knots", knotTrendModule([51, 52.5, 55]), 3, (c) => knotTrend(times, [51, 52.5, 55], c)],
  ["one knot", knotTrendModule([51]), 1, (c) => knotTrend(times, [51], c)],
];

describe.each(["cpu", "wasm"] as const)("on tfjs %s", (backend) => {
  beforeAll(() => setupBackend(backend));

  it.each(pairs)("the tensor form of %s equals the plain one", (_, module, columns, plain) => {
    const random = createRandom(3);
    const rows = [0, 1].map(() => Array.from({ length: columns }, () => random.normal()));
    const shared = module.apply({ coefficients: tf.tensor1d(rows[0]!) }, tf.tensor1d(times), undefined);
    expect(shared.shape).toEqual([times.length]);
    const perUnit = module.apply({ coefficients: tf.tensor2d(rows) }, tf.tensor1d(times), undefined);
    expect(perUnit.shape).toEqual([2, times.length]);
    const expected = rows.map((row) => plain(row));
    shared.dataSync().forEach((value, t) => {
      expect(Math.abs(value - expected[0]![t]!)).toBeLessThan(3e-4);
    });
    perUnit.dataSync().forEach((value, i) => {
      const reference = expected[Math.floor(i / times.length)]![i % times.length]!;
      expect(Math.abs(value - reference)).toBeLessThan(3e-4);
    });
  });
});

describe("basis modules", () => {
  beforeAll(() => setupBackend("cpu"));

  it("start flat, for all units or for each", () => {
    const module = fourierSeasonModule({ harmonics: 2 });
    expect(module.init(createRandom(1), {}).coefficients.shape).toEqual([4]);
    expect(module.init(createRandom(1), { units: 3 }).coefficients.shape).toEqual([3, 4]);
    const flat = module.apply(module.init(createRandom(1), {}), tf.tensor1d(times), undefined);
    expect(flat.dataSync().every((value) => value === 0)).toBe(true);
  });

  it("penalise size: ½·(3² + 4²)/5² = ½", () => {
    const module = fourierSeasonModule({ harmonics: 1, priorScale: 5 });
    expect(module.penalty!({ coefficients: tf.tensor1d([3, 4]) }).dataSync()[0]).toBeCloseTo(0.5, 6);
  });
});
