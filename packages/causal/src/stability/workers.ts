// The bootstrap on worker threads of Node. Replicates are numbered, so the counts do not depend on how many threads there
// are or which of them is fast.

import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { type CausalData, MmmError, type RunHooks, throwIfCancelled, usageError } from "@mmm/core";
import { type BootstrapOptions, outstanding, refuseFailures } from "./bootstrap.js";
import { type EdgeTally, mergeTallies } from "./edge-tally.js";
import { type EngineReference, loadEngine } from "./engine-reference.js";
import type { ReplicateWork } from "./replicate-worker.js";
import { prepareReplicates } from "./replicates.js";
import { nextCount, type Pieces, runHere } from "./run-here.js";

export interface WorkerBootstrapOptions extends BootstrapOptions {
  /**
   * Threads. Default: this thread alone for the first two seconds, then as many as the machine has processors, at most
   * 4 (each holds a copy of the data).
   */
  readonly workers?: number;
}

const millisecondsHere = 2000;

/**
 * `bootstrapTally` on several threads: the same numbers, sooner.
 *
 * Where the file of the worker cannot be found (a bundle), everything runs on this thread.
 *
 * @param reference where threads find the engine
 * @throws MmmError as `bootstrapTally`; `NOT_AN_ENGINE`; `WORKER` when a thread dies
 * @example
 * const tally = await bootstrapInWorkers(data, { module: "@mmm/causal", exportName: "lingam" }, { replicates: 2000 });
 */
export async function bootstrapInWorkers(
  data: CausalData,
  reference: EngineReference,
  options: WorkerBootstrapOptions = {},
  hooks?: RunHooks,
): Promise<EdgeTally> {
  const { workers, onTally } = options;
  if (workers !== undefined && !(Number.isInteger(workers) && workers >= 1)) {
    throw usageError("WORKERS", `workers is ${workers}.`, "Use a whole number of at least 1.");
  }
  const replicates = prepareReplicates(data, await loadEngine(reference), options);
  let { tally, missing } = outstanding(replicates.none, options);
  const alone = workers === 1 || !existsSync(fileURLToPath(script));
  if (alone || workers === undefined) {
    tally = await runHere(replicates, { tally, missing, onTally }, hooks, alone ? undefined : millisecondsHere);
    const done = new Set(tally.replicates);
    missing = missing.filter((number) => !done.has(number));
  }
  const threads = Math.min(workers ?? Math.min(availableParallelism(), 4), missing.length);
  if (threads > 0) {
    const { seed, constraints, blockLength, drawUnits } = options;
    const shared = {
      ...(seed !== undefined && { seed }),
      ...(constraints && { constraints }),
      ...(blockLength !== undefined && { blockLength }),
      ...(drawUnits !== undefined && { drawUnits }),
    };
    tally = await runOnThreads(threads, { data, reference, options: shared }, { tally, missing, onTally }, hooks);
  }
  throwIfCancelled(hooks);
  return refuseFailures(tally);
}

const script = new URL("./replicate-worker.js", import.meta.url);

async function runOnThreads(
  threads: number,
  work: ReplicateWork,
  { tally: before, missing, onTally }: Pieces,
  hooks: RunHooks | undefined,
): Promise<EdgeTally> {
  const total = before.replicates.length + missing.length;
  const workers: Worker[] = [];
  let tally = before;
  let given = 0;
  let cancel = (): void => {};
  try {
    await new Promise<void>((resolve, reject) => {
      cancel = () => reject(new Error("cancelled"));
      hooks?.signal?.addEventListener("abort", cancel);
      for (let k = 0; k < threads; k++) {
        const worker = new Worker(script, { workerData: work });
        workers.push(worker);
        let count = 1;
        let start = performance.now();
        const give = (): void => {
          const numbers = missing.slice(given, given + Math.min(count, Math.ceil((missing.length - given) / threads)));
          given += numbers.length;
          start = performance.now();
          if (numbers.length > 0) worker.postMessage(numbers);
        };
        worker.on("message", (added: EdgeTally) => {
          tally = mergeTallies(tally, added);
          onTally?.(tally);
          hooks?.onProgress?.({ phase: "bootstrap", step: tally.replicates.length, total });
          count = nextCount(count, performance.now() - start);
          if (tally.replicates.length === total) resolve();
          else give();
        });
        worker.on("error", (cause) => reject(threadDied(cause)));
        give();
      }
    });
  } catch (error) {
    throwIfCancelled(hooks);
    throw error;
  } finally {
    hooks?.signal?.removeEventListener("abort", cancel);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return tally;
}

const threadDied = (cause: Error): MmmError =>
  new MmmError(`A thread of the bootstrap ended: ${cause.message}`, {
    code: "WORKER",
    kind: "contract",
    fix: "Run with one worker to see the error where it happens.",
    cause,
  });
