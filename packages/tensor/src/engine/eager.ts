// The eager engine runs a function's operations one after another on a tfjs backend. It needs no tracing, works in
// browsers, and is the reference for other engines; for long training in Node a compiling engine is far faster.

import { MmmError } from "@mmm/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { dtypeOf, type NdArray, type NdData } from "../array/nd-array.js";
import { type BackendName, type BackendOptions, setupBackend } from "../backend/backend.js";
import { flattenTree, leavesOf, mapTree } from "../tree/tree.js";
import { checkStateShapes, lifetime } from "./engine-checks.js";
import type { ArgumentLeaf, TensorEngine } from "./tensor-engine.js";

export interface EagerEngineOptions extends BackendOptions {
  /** Default `wasm`. */
  readonly backend?: BackendName;
}

/**
 * Engine that runs tfjs operations directly, in float32.
 *
 * Every run happens in one synchronous stretch on its own backend, so engines of different backends can be used in
 * one program. It asserts that a run leaves no tensor behind.
 *
 * @throws MmmError `TENSOR_LEAK` when the function keeps tensors, `STATE_SHAPE` when a step changes the shape of its state
 * @example const engine = eagerEngine({ backend: "cpu" });
 */
export function eagerEngine(options: EagerEngineOptions = {}): TensorEngine {
  const backend = options.backend ?? "wasm";
  let starting: Promise<void> | undefined;
  const start = (): Promise<void> => (starting ??= setupBackend(backend, options));

  return {
    id: `tfjs-${backend}`,
    specVersion: "v1",
    capabilities: { precision: "float32", compiled: false },

    async compile(fn) {
      await start();
      const run = async (...args: readonly unknown[]): Promise<never> => {
        alive();
        const out = runTidy(backend, () => copyAll(fn(...(args.map(toTensors) as never))));
        return (await readAndDispose(out)) as never;
      };
      const { alive, dispose } = lifetime(async () => {});
      return Object.assign(run, { dispose });
    },

    async compileStep(step, initialState, _exampleArgs) {
      await start();
      let state: unknown = runTidy(backend, () => toTensors(initialState));
      const { alive, dispose } = lifetime(async () => disposeAll(state));
      return {
        async run(...args) {
          alive();
          const { next, outputs } = runTidy(backend, () => {
            const result = step(state as never, ...(args.map(toTensors) as never));
            checkStateShapes(state, result.state);
            return { next: copyAll(result.state), outputs: copyAll(result.outputs) };
          });
          disposeAll(state);
          state = next;
          return (await readAndDispose(outputs)) as never;
        },
        async readState() {
          alive();
          return (await readAll(state)) as never;
        },
        async writeState(given) {
          alive();
          const next = runTidy(backend, () => toTensors(given));
          checkStateShapes(state, next);
          disposeAll(state);
          state = next;
        },
        dispose,
      };
    },
  };
}

// Runs in one synchronous stretch: nothing else can change the global backend in between.
function runTidy<Out>(backend: string, body: () => Out): Out {
  const previous = tf.getBackend();
  if (previous !== backend) void tf.setBackend(backend);
  try {
    const before = tf.memory().numTensors;
    const out = tf.tidy(body as () => tf.TensorContainer) as Out;
    const returned = new Set(leavesOf(out).map((leaf) => leaf.id)).size;
    const leaked = tf.memory().numTensors - before - returned;
    if (leaked > 0) {
      throw new MmmError(`The function left ${leaked} tensors behind.`, {
        code: "TENSOR_LEAK",
        kind: "contract",
        fix: "Return every tensor that should live on, and do not call tf.keep in a compiled function.",
      });
    }
    return out;
  } finally {
    if (previous && previous !== backend) void tf.setBackend(previous);
  }
}

function toTensors(tree: unknown): unknown {
  return mapTree(tree, (leaf: ArgumentLeaf) => {
    if (typeof leaf === "number") return tf.scalar(leaf);
    if ("dataId" in leaf) return tf.clone(leaf);
    const { data, shape } = leaf;
    return tf.tensor(data instanceof Float64Array ? Float32Array.from(data) : data, [...shape], dtypeOf(data));
  });
}

// Results may be tensors that live outside the function (an argument, a captured constant): hand out copies.
function copyAll(tree: unknown): unknown {
  return mapTree(tree, (leaf: Tensor) => tf.clone(leaf));
}

function disposeAll(tree: unknown): void {
  for (const leaf of new Set(leavesOf(tree))) leaf.dispose();
}

async function readAll(tree: unknown): Promise<unknown> {
  const read = new Map<string, NdArray>();
  for (const [name, leaf] of flattenTree(tree)) {
    read.set(name, { data: ((await leaf.data()) as NdData).slice(), shape: leaf.shape });
  }
  return mapTree(tree, (_, name) => read.get(name));
}

async function readAndDispose(tree: unknown): Promise<unknown> {
  const read = await readAll(tree);
  disposeAll(tree);
  return read;
}
