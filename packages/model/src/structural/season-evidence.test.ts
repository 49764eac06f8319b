import { createRandom } from "@mmm/core";
import { simulatePanel } from "@mmm/data";
import { describe, expect, it } from "vitest";
import { decompose } from "../attribution/decompose.js";
import { fitStructural } from "../fit/fit.js";
import { cholesky, solveLower } from "../linear-algebra/cholesky.js";
import { viewFit } from "../result/result.js";
import { decodeFit, encodeFit } from "../save/fit-files.js";
import { arrowSystem, factorArrow } from "./curvature.js";
import type { Layout } from "./parameters.js";
import { seasonEvidence } from "./season-evidence.js";

it("is the difference of two log marginal likelihoods of a linear model", () => {
  const random = createRandom(8);
  const n = 30;
  const sd = [0.3, 0.3, 0.15, 0.15];
  const noise = 0.5;
  const x = Array.from({ length: n }, (_, t) =>
    [1, 2].flatMap((h) => [Math.sin((2 * Math.PI * h * t) / n), Math.cos((2 * Math.PI * h * t) / n) + 0.1 * t]),
  );
  const y = x.map(([a]) => 0.4 * a! + noise * random.normal());

  const logDensity = (withSeason: boolean): number => {
    const covariance = new Float64Array(n * n);
    for (let s = 0; s < n; s++) {
      for (let t = 0; t < n; t++) {
        const common = x[s]!.reduce((sum, value, i) => sum + value * x[t]![i]! * sd[i]! ** 2, 0);
        covariance[s * n + t] = (withSeason ? common : 0) + (s === t ? noise ** 2 : 0);
      }
    }
    cholesky(covariance, n);
    const white = Float64Array.from(y);
    solveLower(covariance, n, white);
    let sum = 0;
    for (let t = 0; t < n; t++) sum -= 0.5 * white[t]! ** 2 + Math.log(covariance[t * n + t]!);
    return sum;
  };

  const system = arrowSystem(4, 0, 0);
  const right = new Float64Array(4);
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 4; j++) {
      const square = x.reduce((sum, row) => sum + row[i]! * row[j]!, 0) / noise ** 2;
      system.sharedBlock[i * 4 + j] = square + (i === j ? 1 / sd[i]! ** 2 : 0);
    }
    right[i] = x.reduce((sum, row, t) => sum + row[i]! * y[t]!, 0) / noise ** 2;
  }
  const lower = system.sharedBlock.slice();
  cholesky(lower, 4);
  const factor = factorArrow(system, 0)!;
  const mean = solve(lower, right);
  const layout = { season: 0, shared: 4, priorSd: Float64Array.from(sd) } as Layout;
  expect(seasonEvidence(layout, { harmonics: 2 }, mean, factor)).toBeCloseTo(logDensity(true) - logDensity(false), 8);
  expect(seasonEvidence(layout, { harmonics: 0 }, mean, factor)).toBeNull();
});

function solve(lower: Float64Array, right: Float64Array): Float64Array {
  const n = right.length;
  const x = right.slice();
  solveLower(lower, n, x);
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) x[i]! -= lower[j * n + i]! * x[j]!;
    x[i]! /= lower[i * n + i]!;
  }
  return x;
}

describe("in a fit", () => {
  const size = { units: 6, periods: 84, channels: 2, controls: 1 };
  const options = { holdout: 10, draws: 40, graph: "none" } as const;
  const seasonOf = (fit: Awaited<ReturnType<typeof fitStructural>>, t: number): number => decompose(fit).season[t]!;

  it("a season that the data do not speak for ends with training, and the findings say so", async () => {
    const { panel } = simulatePanel({ ...size, seasonality: 0 }, 12);
    const fit = await fitStructural(panel, options);
    expect(fit.learned.seasonEvidence).toBeLessThan(0);
    expect(seasonOf(fit, 73)).not.toBe(0);
    expect(seasonOf(fit, 74)).toBe(0);
    const view = viewFit(fit);
    const finding = view.result.diagnostics.find(({ code }) => code === "SEASON_NOT_CARRIED");
    expect(finding?.message).toMatch(/odds [\d.,a-z ]+ to 1 against a season; 2.7 to 1 is asked for/);
    expect(viewFit(decodeFit(encodeFit(fit)))).toEqual(view);

    const asked = await fitStructural(panel, { ...options, harmonics: fit.settings.harmonics });
    expect(seasonOf(asked, 74)).not.toBe(0);
    expect(seasonOf(asked, 73)).toBe(seasonOf(fit, 73));
  });

  it("one that they speak for goes on in phase", async () => {
    const fit = await fitStructural(simulatePanel(size, 12).panel, options);
    expect(fit.learned.seasonEvidence).toBeGreaterThan(10);
    expect(seasonOf(fit, 74) / seasonOf(fit, 73)).toBeGreaterThan(0.5);
    expect(viewFit(fit).result.diagnostics.map(({ code }) => code)).not.toContain("SEASON_NOT_CARRIED");
  });
});
