// A thread of `bootstrapInWorkers`: prepares the run once, then answers lists of replicate numbers with their tally.

import { parentPort, workerData } from "node:worker_threads";
import type { CausalData } from "@mmm/core";
import { type EngineReference, loadEngine } from "./engine-reference.js";
import { prepareReplicates, type ReplicateOptions } from "./replicates.js";

export interface ReplicateWork {
  readonly data: CausalData;
  readonly reference: EngineReference;
  readonly options: ReplicateOptions;
}

const { data, reference, options } = workerData as ReplicateWork;
const replicates = prepareReplicates(data, await loadEngine(reference), options);
parentPort!.on("message", async (numbers: readonly number[]) => {
  parentPort!.postMessage(await replicates.run(numbers));
});
