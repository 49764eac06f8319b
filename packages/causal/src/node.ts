export type { EngineReference } from "./stability/engine-reference.js";
export { bootstrapInWorkers, type WorkerBootstrapOptions } from "./stability/workers.js";
