// CPU of one NOTEARS fit in a fresh process, where the code is still to be compiled, and in a warm one. Loading modules
// and drawing data are not counted, as in the recorded figures of the reference.
//
//   node dist/causal-cold/run.js [--sizes 10,20] [--seeds 3]

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { scoreGraph } from "@mmm/causal";
import { simulateLinear } from "@mmm/causal/simulate";
import { notears } from "@mmm/causal-notears";

const { values: options } = parseArgs({
  options: {
    sizes: { type: "string", default: "10,20" },
    seeds: { type: "string", default: "3" },
    /** What a fresh process is asked for: size and seed. */
    one: { type: "string" },
  },
});

/** The reference's CPU seconds on its own data of this kind (Python, NumPy and SciPy, one thread). */
const reference: Readonly<Record<number, number>> = { 10: 1.6, 20: 4.14 };

async function fit(size: number, seed: number): Promise<{ readonly cpuSeconds: number; readonly shd: number }> {
  const { data, truth } = simulateLinear({ family: "ER2", size, seed });
  const start = process.cpuUsage();
  const graph = await notears().discover(data);
  const { user, system } = process.cpuUsage(start);
  return { cpuSeconds: (user + system) / 1e6, shd: scoreGraph(graph, truth).shd };
}

if (options.one !== undefined) {
  const [size = 10, seed = 0] = options.one.split(",").map(Number);
  console.log(JSON.stringify(await fit(size, seed)));
} else {
  console.log("| ER2, n = 1000 | SHD | CPU s, fresh process | CPU s, warm | a tenth of the reference's |");
  console.log("| - | - | - | - | - |");
  const seeds = [...Array(Number(options.seeds)).keys()];
  for (const size of options.sizes.split(",").map(Number)) {
    const fresh = seeds.map((seed): Awaited<ReturnType<typeof fit>> => {
      const text = execFileSync(process.execPath, [fileURLToPath(import.meta.url), "--one", `${size},${seed}`]);
      return JSON.parse(text.toString());
    });
    for (const seed of seeds) await fit(size, seed);
    const warm: number[] = [];
    for (const seed of seeds) warm.push((await fit(size, seed)).cpuSeconds);
    const mean = (figures: readonly number[]): number => figures.reduce((sum, x) => sum + x, 0) / figures.length;
    const cells = [
      `d=${size}`,
      mean(fresh.map(({ shd }) => shd)).toFixed(2),
      mean(fresh.map(({ cpuSeconds }) => cpuSeconds)).toFixed(3),
      mean(warm).toFixed(3),
      reference[size] === undefined ? "–" : (reference[size] / 10).toFixed(2),
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
}
