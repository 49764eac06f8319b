import { eagerEngine, type TensorEngine } from "@mmm/tensor";
import { type OnnxEngineOptions, onnxEngine } from "./onnx-engine.js";
import { loadRuntime } from "./session.js";

export interface BestEngineOptions extends OnnxEngineOptions {
  /** Told, in one line, when onnxruntime-node is missing. Default: a process warning. */
  readonly onFallback?: (message: string) => void;
}

/**
 * The ONNX engine where onnxruntime-node is installed, else tfjs on WebAssembly: the same numbers, many times slower.
 *
 * @example const engine = await bestEngine({ workers: 2 });
 */
export async function bestEngine(options: BestEngineOptions = {}): Promise<TensorEngine> {
  const { onFallback = (message: string) => process.emitWarning(message, { code: "MMM_ENGINE" }), ...engine } = options;
  try {
    const runtime = await loadRuntime(options.runtime);
    return onnxEngine({ ...engine, runtime });
  } catch {
    onFallback(
      "onnxruntime-node is not installed; computing with tfjs-wasm, which is slower. `npm install onnxruntime-node`",
    );
    return eagerEngine({ backend: "wasm" });
  }
}
