// Times one training step on every engine.
//
// node dist/engines/run.js [--sizes S,W,L] [--engines onnx,onnx-x2,wasm,cpu] [--rounds 3] [--steps 20] [--json FILE]
//                          [--peer] [--agree]
//
// Engines take turns in every round, each in a process of its own. `--peer` also runs PyTorch where `python3` has it.
// `--agree` compares losses and gradients of the engines instead of timing them.

import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { agree } from "./agree.js";
import type { Measurement } from "./measure.js";
import { recordedPyTorch } from "./recorded.js";
import type { SizeName } from "./workload.js";
import { sizes } from "./workload.js";

const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: "S,W" },
    engines: { type: "string", default: "onnx,onnx-x2,wasm" },
    rounds: { type: "string", default: "3" },
    steps: { type: "string", default: "20" },
    json: { type: "string" },
    peer: { type: "boolean", default: false },
    agree: { type: "boolean", default: false },
  },
});

const run = promisify(execFile);
const beside = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

async function measure(size: SizeName, engine: string, steps: number): Promise<Measurement | undefined> {
  const slow = engine === "cpu" || engine === "wasm";
  const count = size === "S" ? (slow ? 10 : steps * 10) : slow ? 3 : steps;
  const { stdout } = await run(process.execPath, [beside("measure.js"), size, engine, String(count)]);
  return JSON.parse(stdout) as Measurement;
}

async function measurePeer(size: SizeName, threads: number, steps: number): Promise<Measurement | undefined> {
  const { units, periods, channels, controls, hidden } = sizes[size];
  const shape = [units, periods, channels, controls, hidden].map(String);
  try {
    const { stdout } = await run("python3", [
      beside("../../src/engines/peer.py"),
      ...shape,
      String(threads),
      String(steps),
    ]);
    return { ...(JSON.parse(stdout) as Measurement), size };
  } catch {
    return undefined;
  }
}

const median = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;

async function main(): Promise<void> {
  const names = values.sizes.split(",") as SizeName[];
  const engines = values.engines.split(",");
  if (values.agree) return agree(names, engines);
  const steps = Number(values.steps);
  const measured: Measurement[] = [];
  for (const size of names) {
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const engine of engines) {
        if (size === "L" && (engine === "cpu" || engine === "wasm")) continue;
        const one = await measure(size, engine, steps);
        if (one) measured.push(one);
      }
      if (values.peer) {
        for (const threads of [1, 2]) {
          const one = await measurePeer(size, threads, steps);
          if (one) measured.push(one);
          else if (round === 0 && threads === 1) console.log("python3 with torch was not found: no peer is run.");
        }
      }
    }
  }
  for (const size of names) {
    const { units, periods, channels, controls, hidden } = sizes[size];
    console.log(
      `\n${size}: ${units} units, ${periods} periods, ${channels} channels, ${controls} controls, ${hidden} hidden; median per step`,
    );
    const rows = [...new Set(measured.filter((m) => m.size === size).map((m) => m.engine))].map((engine) => {
      const of = measured.filter((m) => m.size === size && m.engine === engine);
      const middle = (pick: (m: Measurement) => number, digits: number): string => median(of.map(pick)).toFixed(digits);
      return {
        engine,
        "wall ms": middle((m) => m.wallMs, 2),
        "CPU ms": middle((m) => m.cpuMs, 2),
        "set-up ms": middle((m) => m.setupMs, 0),
        "peak RSS MB": middle((m) => m.peakRssMb, 0),
      };
    });
    const recorded = recordedPyTorch[size].map(({ engine, wallMs, cpuMs, peakRssMb }) => ({
      engine,
      "wall ms": wallMs?.toFixed(2) ?? "",
      "CPU ms": cpuMs?.toFixed(2) ?? "",
      "set-up ms": "",
      "peak RSS MB": peakRssMb?.toFixed(0) ?? "",
    }));
    console.table([...rows, ...recorded]);
  }
  if (values.json) writeFileSync(values.json, `${JSON.stringify({ measured, recorded: recordedPyTorch }, null, 2)}\n`);
}

await main();
