import { eagerEngine, setupBackend, type TensorEngine } from "@mmm/tensor";

/**
 * The engine a network is trained on when the caller names none: ONNX in Node where onnxruntime-node is installed,
 * else tfjs on WebAssembly, else plain tfjs. Each step down is said in one line.
 *
 * @param say what to do with the line; default a process warning in Node, nothing in a browser
 */
export async function defaultEngine(say: (line: string) => void = warn): Promise<TensorEngine> {
  if (typeof process !== "undefined" && process.versions?.node !== undefined) {
    const { bestEngine } = await import("@mmm/tensor-onnx");
    const engine = await bestEngine({ onFallback: say });
    if (engine.id !== "tfjs-wasm") return engine;
  }
  try {
    await setupBackend("wasm");
    return eagerEngine({ backend: "wasm" });
  } catch {
    say("tfjs-wasm cannot be loaded; computing with plain tfjs, which is slower still.");
    return eagerEngine({ backend: "cpu" });
  }
}

function warn(line: string): void {
  globalThis.process?.emitWarning?.(line, { code: "MMM_ENGINE" });
}
