// Independent pieces of work (ensemble members, restarts, bootstrap replicates) on worker threads. Each thread loads
// the module that does the work once and takes one task after another, so memory is bounded by the number of threads.

import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { MmmError, type ProgressEvent, type RunHooks, throwIfCancelled } from "@mmm/core";

export interface WorkerPoolOptions<Task> {
  /** Module that exports the function, as a `file:` or `data:` URL: `new URL("./fit-member.js", import.meta.url)`. */
  readonly module: URL | string;
  /**
   * Name of the exported function `(task, { onProgress }) => result`, default `default`. Tasks and results must be
   * structured-cloneable: plain data and typed arrays.
   */
  readonly exportName?: string;
  readonly tasks: readonly Task[];
  /** Threads, default all processors but at most 4, and never more than tasks. */
  readonly threads?: number;
  /** Largest JavaScript heap of one thread in MB, default 2048; native memory is not counted. */
  readonly heapMb?: number;
  /** `onProgress` hears every finished task, and what tasks report with their index as `metrics.task`. */
  readonly hooks?: RunHooks;
}

type Reply =
  | { readonly index: number; readonly result: unknown }
  | { readonly index: number; readonly error: { readonly message: string; readonly stack?: string } }
  | { readonly index: number; readonly progress: ProgressEvent };

/**
 * Run tasks on threads and return their results in the order of the tasks.
 *
 * @throws MmmError `WORKER_TASK` with the message of the first task that failed; `CANCELLED` on the signal
 * @example
 * // fit-member.ts: export default async ({ seed }: { seed: number }) => (await train({ …, seed })).params;
 * const members = await runInWorkers({ module: new URL("./fit-member.js", import.meta.url), tasks: [{ seed: 1 }, { seed: 2 }] });
 */
export async function runInWorkers<Task, Result>(options: WorkerPoolOptions<Task>): Promise<Result[]> {
  const { tasks, hooks, exportName = "default", heapMb = 2048 } = options;
  throwIfCancelled(hooks);
  const threads = Math.min(options.threads ?? Math.min(availableParallelism(), 4), tasks.length);
  const results: Result[] = new Array(tasks.length);
  const workers: Worker[] = [];
  let next = 0;
  let finished = 0;
  try {
    await new Promise<void>((resolve, reject) => {
      if (tasks.length === 0) resolve();
      hooks?.signal?.addEventListener("abort", () => {
        try {
          throwIfCancelled(hooks);
        } catch (error) {
          reject(error as Error);
        }
      });
      const give = (worker: Worker): void => {
        if (next < tasks.length) worker.postMessage({ index: next, task: tasks[next++] });
      };
      for (let i = 0; i < threads; i++) {
        const worker = new Worker(`(${workerMain.toString()})(require, (name) => import(name));`, {
          eval: true,
          workerData: { module: String(options.module), exportName },
          resourceLimits: { maxOldGenerationSizeMb: heapMb },
        });
        workers.push(worker);
        worker.on("error", reject);
        worker.on("message", (reply: Reply) => {
          if ("progress" in reply) {
            const { progress, index } = reply;
            hooks?.onProgress?.({ ...progress, metrics: { ...progress.metrics, task: index } });
          } else if ("error" in reply) {
            reject(
              new MmmError(`Task ${reply.index} failed: ${reply.error.message}`, {
                code: "WORKER_TASK",
                kind: "contract",
                fix: "Run this task alone on the main thread to debug it.",
                cause: reply.error,
              }),
            );
          } else {
            results[reply.index] = reply.result as Result;
            hooks?.onProgress?.({ phase: "tasks", step: ++finished, total: tasks.length });
            if (finished === tasks.length) resolve();
            else give(worker);
          }
        });
        give(worker);
      }
    });
    return results;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

// Goes to the thread as text: uses nothing from outside but its arguments.
function workerMain(load: (name: string) => unknown, importModule: (name: string) => Promise<unknown>): void {
  const { parentPort, workerData } = load("node:worker_threads") as typeof import("node:worker_threads");
  const port = parentPort!;
  const { module, exportName } = workerData as { module: string; exportName: string };
  type Work = (task: unknown, hooks: { onProgress: (progress: unknown) => void }) => unknown;
  const loaded = importModule(module) as Promise<Record<string, Work>>;
  port.on("message", async ({ index, task }: { index: number; task: unknown }) => {
    try {
      const work = (await loaded)[exportName];
      if (typeof work !== "function") throw new Error(`'${module}' exports no function '${exportName}'.`);
      const onProgress = (progress: unknown): void => port.postMessage({ index, progress });
      port.postMessage({ index, result: await work(task, { onProgress }) });
    } catch (error) {
      const { message, stack } = error as Error;
      port.postMessage({ index, error: { message, stack } });
    }
  });
}
