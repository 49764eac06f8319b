// Threads load JavaScript files, so the module is bundled from source first.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "vite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { svarOrder } from "../engines/svar-order.js";
import { simulateInternallyStandardised, simulateSvar } from "../simulate/index.js";
import { bootstrapTally } from "./bootstrap.js";
import type { EdgeTally } from "./edge-tally.js";
import type { EngineReference } from "./engine-reference.js";
import type { bootstrapInWorkers } from "./workers.js";

const here = dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "mmm-workers-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let inWorkers: typeof bootstrapInWorkers;
const engine = (exportName: string, settings?: unknown): EngineReference => ({
  module: pathToFileURL(join(folder, "engines.js")).href,
  exportName,
  settings,
});

beforeAll(async () => {
  await build({
    configFile: false,
    logLevel: "silent",
    root: here,
    ssr: { noExternal: true, resolve: { conditions: ["@mmm/source"] } },
    build: {
      ssr: true,
      outDir: folder,
      rollupOptions: {
        input: {
          workers: join(here, "workers.ts"),
          "replicate-worker": join(here, "replicate-worker.ts"),
          engines: join(here, "../engines/svar-order.ts"),
        },
        preserveEntrySignatures: "strict",
        output: { entryFileNames: "[name].js" },
      },
    },
  });
  inWorkers = ((await import(pathToFileURL(join(folder, "workers.js")).href)) as typeof import("./workers.js"))
    .bootstrapInWorkers;
}, 60_000);

const { data } = simulateSvar({ size: 4, seed: 0, periods: 120 });
const options = { replicates: 40, seed: 3, constraints: { forbidden: [["v0", "v1"]] } } as const;

it("counts the same edges whatever the number of threads", async () => {
  const alone = await bootstrapTally(data, svarOrder({ lags: 1 }), options);
  for (const workers of [1, 2, 3]) {
    const seen: number[] = [];
    const hooks = { onProgress: ({ step }: { step: number }) => seen.push(step) };
    expect(await inWorkers(data, engine("svarOrder", { lags: 1 }), { ...options, workers }, hooks)).toEqual(alone);
    expect(seen.at(-1)).toBe(40);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  }
});

it("goes on after a cut with what was stored, and ends with the same numbers", async () => {
  const alone = await bootstrapTally(data, svarOrder({ lags: 1 }), options);
  const controller = new AbortController();
  let stored = "";
  const onTally = (tally: EdgeTally): void => {
    stored = JSON.stringify(tally);
    if (tally.replicates.length > 10) controller.abort();
  };
  const cut = inWorkers(
    data,
    engine("svarOrder", { lags: 1 }),
    { ...options, workers: 2, onTally },
    { signal: controller.signal },
  );
  await expect(cut).rejects.toMatchObject({ code: "CANCELLED" });
  const resume = JSON.parse(stored) as EdgeTally;
  expect(resume.replicates.length).toBeLessThan(40);
  const rest: number[] = [];
  const resumed = await inWorkers(
    data,
    engine("svarOrder", { lags: 1 }),
    { ...options, workers: 2, resume },
    { onProgress: ({ step }) => rest.push(step) },
  );
  expect(resumed).toEqual(alone);
  expect(rest[0]).toBeGreaterThan(resume.replicates.length);
});

it("refuses what is no engine, no number of threads, or a tally of other data", async () => {
  await expect(inWorkers(data, engine("nothing"))).rejects.toMatchObject({ code: "NOT_AN_ENGINE" });
  const work = engine("svarOrder", { lags: 1 });
  await expect(inWorkers(data, work, { workers: 0 })).rejects.toThrow("workers is 0");
  const other = simulateInternallyStandardised({ family: "ER1", size: 4, seed: 0, rows: 60 }).data;
  const resume = await bootstrapTally({ ...other, temporal: true }, svarOrder({ lags: 1 }), {
    replicates: 2,
    seed: 3,
  });
  await expect(inWorkers(data, work, { ...options, resume })).rejects.toMatchObject({ code: "TALLY_MISMATCH" });
});
