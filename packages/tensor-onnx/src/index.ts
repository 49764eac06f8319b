export { type BestEngineOptions, bestEngine } from "./engine/best-engine.js";
export { type OnnxEngineOptions, onnxEngine } from "./engine/onnx-engine.js";
export type { OrtRuntime } from "./engine/session.js";
export {
  type ExportedModel,
  type ExportedValue,
  type ExportManifest,
  type ExportOptions,
  exportOnnx,
} from "./export/export-onnx.js";
export type { GraphBuilder } from "./graph/builder.js";
export type { ElementType, Value } from "./graph/value.js";
export type { Precision } from "./onnx/model.js";
export { runInWorkers, type WorkerPoolOptions } from "./parallel/worker-pool.js";
export type { Lowering, LoweringContext } from "./recording/recording.js";
