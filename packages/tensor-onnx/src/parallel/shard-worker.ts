// The other side of a shard: a worker thread that waits on shared memory, runs its graph, and reports back there. No
// message passes per step, so a step costs no more than waking the thread.

import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { MmmError } from "@mmm/core";
import type { OrtRuntime } from "../engine/session.js";
import { makeShardRunner, type ShardPlan } from "./shard-runner.js";

/** Places in the shared control words. */
export const control = { generation: 0, key: 1, length: 2 } as const;

export interface ShardMemory {
  /** Words as in {@link control}. */
  readonly control: SharedArrayBuffer;
  readonly vector: SharedArrayBuffer;
}

export interface ShardWorker {
  readonly gradient: Float32Array | Float64Array;
  /** Block until the generation is done, and return its loss. */
  wait(generation: number): number;
  stop(): Promise<void>;
}

/** Start a worker and wait until its session stands. */
export async function startShardWorker(plan: ShardPlan, memory: ShardMemory): Promise<ShardWorker> {
  const bytes = memory.vector.byteLength;
  const gradient = new SharedArrayBuffer(bytes);
  // Done generation, failed; then the loss.
  const status = new SharedArrayBuffer(8);
  const loss = new SharedArrayBuffer(8);
  const runtimePath = createRequire(import.meta.url).resolve("onnxruntime-node");
  const code = `const makeShardRunner = ${makeShardRunner.toString()};\n(${workerMain.toString()})(require, makeShardRunner);`;
  const worker = new Worker(code, {
    eval: true,
    workerData: { plan, memory, gradient, status, loss, runtimePath },
  });
  let failure: unknown;
  worker.on("error", (error) => {
    failure = error;
  });
  await new Promise<void>((resolve, reject) => {
    worker.once("message", () => resolve());
    worker.once("error", reject);
  });
  const words = new Int32Array(status);
  const View = (plan.type === "float32" ? Float32Array : Float64Array) as Float32ArrayConstructor;
  return {
    gradient: new View(gradient),
    wait(generation) {
      while (Atomics.load(words, 0) !== generation) {
        if (failure !== undefined || Atomics.load(words, 1) !== 0) {
          throw new MmmError("A worker thread failed while computing gradients.", {
            code: "WORKER",
            kind: "contract",
            fix: "Run with one worker to see the error itself.",
            cause: failure,
          });
        }
        Atomics.wait(words, 0, generation - 1, 1000);
      }
      return new Float64Array(loss)[0]!;
    },
    async stop() {
      await worker.terminate();
    },
  };
}

async function workerMain(load: (name: string) => unknown, makeRunner: typeof makeShardRunner): Promise<void> {
  const { workerData, parentPort } = load("node:worker_threads") as typeof import("node:worker_threads");
  const { plan, memory, gradient, status, loss, runtimePath } = workerData as {
    plan: ShardPlan;
    memory: ShardMemory;
    gradient: SharedArrayBuffer;
    status: SharedArrayBuffer;
    loss: SharedArrayBuffer;
    runtimePath: string;
  };
  const View = (plan.type === "float32" ? Float32Array : Float64Array) as Float32ArrayConstructor;
  const vector = new View(memory.vector);
  const out = new View(gradient);
  const words = new Int32Array(memory.control);
  const done = new Int32Array(status);
  const lossView = new Float64Array(loss);
  const runner = await makeRunner(load(runtimePath) as OrtRuntime, plan);
  parentPort!.postMessage("ready");
  for (let generation = 1; ; generation++) {
    Atomics.wait(words, 0, generation - 1);
    try {
      lossView[0] = await runner.run(vector, out, Atomics.load(words, 1));
    } catch (error) {
      Atomics.store(done, 1, 1);
      Atomics.notify(done, 0);
      throw error;
    }
    Atomics.store(done, 0, generation);
    Atomics.notify(done, 0);
  }
}
