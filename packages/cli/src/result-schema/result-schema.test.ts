import { readFileSync } from "node:fs";
import type { MmmResult } from "@mmm/model";
import { describe, expect, expectTypeOf, it } from "vitest";
import { resultJsonSchema, resultSchema } from "./result-schema.js";

const interval = { mean: 1, lower: 0, upper: 2 };
const metrics = { r2: 0.9, r2Within: null, rmse: 1, nrmse: 0.1, mape: 0.1, wmape: 0.1, mase: 0.5 };
const result: MmmResult = {
  schema: "mmm.result/v1",
  kpi: "sales",
  units: 1,
  periods: 104,
  channels: [
    {
      name: "tv",
      kind: "paid",
      spend: 10,
      contribution: interval,
      direct: interval,
      share: interval,
      roi: interval,
      mroi: null,
      carryover: { kind: "geometric", decay: interval },
      saturation: { kind: "hill", slope: interval, halfSaturation: interval },
    },
  ],
  baseline: interval,
  mediaFraction: interval,
  interval: 0.9,
  fit: { train: metrics, holdout: null, naive: { unitMean: null, lastPeriods: null, seasonalNaive: null } },
  graph: {
    nodes: ["tv"],
    edges: [{ from: "tv", to: "tv", lag: 1, weight: 0.1, probability: null, sign: 1, selected: false }],
  },
  calibration: {
    tests: [
      {
        channel: "tv",
        units: ["north"],
        from: "2024-01-01",
        to: "2024-01-22",
        until: "2024-01-29",
        spendChange: 5,
        lift: 3,
        standardError: 1,
        used: true,
        before: interval,
        after: interval,
        z: 0.5,
        roi: { measured: interval, before: interval, after: interval },
      },
    ],
    priors: [{ channel: "tv", quantity: "roi", low: 0.5, high: 3, before: interval, after: interval, z: -0.2 }],
    channels: [
      {
        name: "tv",
        roi: { before: interval, after: interval },
        contribution: { before: interval, after: interval },
        share: { before: interval, after: interval },
      },
    ],
  },
  diagnostics: [{ severity: "info", code: "X", message: "m", fix: "" }],
  runtime: { engine: "e", seconds: 1, cpuSeconds: 1, peakRssMb: 100, seed: 1, versions: { node: "20" } },
};

/** `json` without the property at `path`. */
function without(json: object, [key, ...rest]: readonly (string | number)[]): object {
  const copy = structuredClone(json) as Record<string | number, object>;
  if (rest.length === 0) delete copy[key!];
  else copy[key!] = without(copy[key!]!, rest);
  return copy;
}

describe("resultSchema", () => {
  it("describes MmmResult", () => {
    expectTypeOf(resultSchema.parse).returns.toEqualTypeOf<MmmResult>();
    expect(resultSchema.parse(result)).toEqual(result);
  });

  it.each([
    [["channels", 0, "share"]],
    [["channels", 0, "carryover", "kind"]],
    [["mediaFraction", "upper"]],
    [["fit", "holdout"]],
    [["fit", "naive", "unitMean"]],
    [["graph"]],
    [["runtime", "versions"]],
  ])("needs %j", (path) => {
    expect(resultSchema.safeParse(without(result, path)).success).toBe(false);
  });

  it("refuses what JSON makes of numbers that are not finite", () => {
    const broken = JSON.parse(
      JSON.stringify({ ...result, baseline: { ...interval, upper: Number.POSITIVE_INFINITY } }),
    );
    expect(resultSchema.safeParse(broken).success).toBe(false);
  });

  it("allows additions", () => {
    expect(resultSchema.safeParse({ ...result, later: 1 }).success).toBe(true);
  });
});

it("the shipped JSON Schema is the one that scripts/write-schemas.mjs makes", () => {
  const shipped = readFileSync(new URL("../../schemas/mmm.result.v1.schema.json", import.meta.url), "utf8");
  expect(JSON.parse(shipped)).toEqual(JSON.parse(JSON.stringify(resultJsonSchema())));
  expect(resultJsonSchema()).not.toHaveProperty("additionalProperties");
});
