import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { momentsOf, scoreGraph, weightsOf } from "@mmm/causal";
import type { CausalData } from "@mmm/core";
import { describe, expect, it } from "vitest";
import { dynotears } from "./dynotears.js";
import { temporalLikelihood } from "./likelihood.js";
import { notears } from "./notears.js";

// The project's data files with answer keys; kept beside the repository, so these tests are skipped without them.
const folder = fileURLToPath(new URL("../../../../../shared/data/causal/", import.meta.url));

function read(name: string, standardised = false): { data: CausalData; truth: Parameters<typeof scoreGraph>[1] } {
  const [head, ...lines] = readFileSync(`${folder}${name}.csv`, "utf8").trim().split(/\r?\n/);
  const columns = head!.split(",");
  const values = Float64Array.from(lines.flatMap((line) => line.split(",").map(Number)));
  const data = { columns, rows: lines.length, values, temporal: name.startsWith("svar") };
  const { scale } = momentsOf(data);
  if (standardised) for (let k = 0; k < values.length; k++) values[k]! /= scale[k % columns.length]!;
  const { edges } = JSON.parse(readFileSync(`${folder}${name}.truth.json`, "utf8"));
  return { data, truth: { nodes: columns, edges } };
}

describe.skipIf(!existsSync(folder))("the project's data files", () => {
  // Objective ½‖X − XW‖²/n + 0.1‖W‖₁ and SHD reached by the reference algorithm (SciPy L-BFGS-B, h ≤ 1e-8).
  it.each([
    ["ER2_d10_gauss_s0", 7.50251, 5],
    ["ER2_d20_gauss_s0", 14.28589, 2],
    ["ER4_d20_gauss_s0", 19.62012, 26],
  ])("NOTEARS reaches the reference's objective and graph on %s", async (name, objective, shd) => {
    const { data, truth } = read(name);
    const graph = await notears().discover(data);
    const d = data.columns.length;
    const weights = weightsOf(graph, { selectedOnly: false });
    const { covariance } = momentsOf(data);
    let value = 0;
    for (let j = 0; j < d; j++) {
      const residual = Float64Array.from({ length: d }, (_, i) => (i === j ? 1 : 0) - weights[i * d + j]!);
      for (let a = 0; a < d; a++) {
        for (let b = 0; b < d; b++) value += 0.5 * residual[a]! * covariance[a * d + b]! * residual[b]!;
        if (a !== j) value += 0.1 * Math.abs(weights[a * d + j]!);
      }
    }
    expect(value).toBeLessThanOrEqual(objective * 1.001);
    expect(scoreGraph(graph, truth).shd).toBeLessThanOrEqual(shd);
  });

  it("DYNOTEARS on the raw series, the temporal likelihood on the standardised one", async () => {
    const raw = read("svar_d10_T200_p1_gauss_s0");
    const plain = scoreGraph(await dynotears().discover(raw.data), raw.truth);
    expect(plain.lagged!.auroc).toBeGreaterThanOrEqual(0.99);
    const standardised = read("svar_d10_T200_p1_gauss_s0", true);
    const free = scoreGraph(await temporalLikelihood().discover(standardised.data), standardised.truth);
    expect(free.lagged!.auroc).toBeGreaterThanOrEqual(0.86);
    expect(free.shd).toBeLessThanOrEqual(2);
  });
});
