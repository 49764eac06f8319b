import { expect, it } from "vitest";
import { runInWorkers } from "./worker-pool.js";

const module = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;

it("returns results in the order of the tasks, whatever finishes first, with as many threads as asked", async () => {
  const events: number[] = [];
  const results = await runInWorkers<number, { square: number; thread: number }>({
    module: module(`
      import { threadId } from "node:worker_threads";
      export default async (n) => {
        await new Promise((done) => setTimeout(done, 40 - 10 * n));
        return { square: n * n, thread: threadId };
      };`),
    tasks: [0, 1, 2, 3],
    threads: 2,
    hooks: { onProgress: ({ step }) => events.push(step) },
  });
  expect(results.map(({ square }) => square)).toEqual([0, 1, 4, 9]);
  expect(new Set(results.map(({ thread }) => thread)).size).toBe(2);
  expect(events).toEqual([1, 2, 3, 4]);
});

it("reports progress of tasks, and the failure of one", async () => {
  const seen: unknown[] = [];
  const attempt = runInWorkers({
    module: module(`export const work = (task, { onProgress }) => {
      onProgress({ phase: "fit", step: 1, total: 2 });
      if (task === "bad") throw new Error("no such thing");
    };`),
    exportName: "work",
    tasks: ["good", "bad"],
    threads: 1,
    hooks: { onProgress: (event) => seen.push(event) },
  });
  await expect(attempt).rejects.toThrow("Task 1 failed: no such thing");
  expect(seen[0]).toEqual({ phase: "fit", step: 1, total: 2, metrics: { task: 0 } });
});

it("stops on the signal", async () => {
  const controller = new AbortController();
  const attempt = runInWorkers({
    module: module("export default () => new Promise(() => {});"),
    tasks: [1, 2, 3],
    threads: 2,
    hooks: { signal: controller.signal },
  });
  setTimeout(() => controller.abort(), 50);
  await expect(attempt).rejects.toMatchObject({ code: "CANCELLED" });
});
