export { type EngineReference, loadEngine } from "./stability/engine-reference.js";
export { bootstrapInWorkers, type WorkerBootstrapOptions } from "./stability/workers.js";
