// Temporal engines on panels whose effects drift by ±40 % over two years, and on the same panels without drift.
// Run: npm run temporal (in this folder), optionally with --seeds 1,2,3 --engines static,gru --steps 600 --engine onnx|wasm --json FILE

import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { gruPath, knotPath, localLevel, staticPath, type TemporalEngine } from "@mmm/temporal-gru";
import { eagerEngine, setupBackend } from "@mmm/tensor";
import { onnxEngine } from "@mmm/tensor-onnx";
import { fitTemporal } from "./fit.js";
import { scoreTemporal, type TemporalScore } from "./score.js";
import { simulateDrift } from "./simulate.js";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1,2" },
    engines: { type: "string", default: "static,localLevel,knots,gru" },
    steps: { type: "string", default: "600" },
    engine: { type: "string", default: "onnx" },
    json: { type: "string" },
  },
});

const engines: Readonly<Record<string, () => TemporalEngine>> = {
  static: () => staticPath(),
  localLevel: () => localLevel(),
  knots: () => knotPath(),
  gru: () => gruPath({ hidden: 8 }),
};

interface Row extends TemporalScore {
  readonly drift: number;
  readonly seed: number;
  readonly engine: string;
  readonly noise: number;
  readonly seconds: number;
}

await setupBackend("wasm");
const engine = values.engine === "onnx" ? onnxEngine() : eagerEngine();
const rows: Row[] = [];
for (const drift of [0.4, 0]) {
  for (const seed of values.seeds.split(",").map(Number)) {
    const panel = simulateDrift({ seed, drift });
    for (const name of values.engines.split(",")) {
      const fit = await fitTemporal(panel, engines[name]!(), engine, { steps: Number(values.steps) });
      const row = { drift, seed, engine: name, ...scoreTemporal(panel, fit), noise: fit.noise, seconds: fit.seconds };
      rows.push(row);
      console.log(
        `drift ±${100 * drift} %, seed ${seed}, ${name.padEnd(10)} holdout R² within ${row.r2Within.toFixed(4)}, ` +
          `path error ${row.pathError.toFixed(4)}, ahead ${row.pathErrorAhead.toFixed(4)}, ` +
          `noise ${row.noise.toFixed(4)}, ${row.seconds.toFixed(1)} s, loss ${fit.losses.at(-1)!.toFixed(4)}`,
      );
    }
  }
}

console.log("\n| drift | engine | holdout R² within | path error | path error in the holdout |\n|---|---|---|---|---|");
for (const drift of [0.4, 0]) {
  for (const engine of values.engines.split(",")) {
    const own = rows.filter((row) => row.drift === drift && row.engine === engine);
    const mean = (pick: (row: Row) => number): string =>
      (own.reduce((sum, row) => sum + pick(row), 0) / own.length).toFixed(4);
    console.log(
      `| ±${100 * drift} % | ${engine} | ${mean((row) => row.r2Within)} | ${mean((row) => row.pathError)} | ${mean((row) => row.pathErrorAhead)} |`,
    );
  }
}
if (values.json) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
