// The compiling engine: a pure function over trees of tensors is traced once, written as one ONNX graph, and run by
// onnxruntime. Worth it wherever a function runs many times, above all for training steps: the graph holds forward
// pass, gradients and optimiser update, so one call per step crosses from JavaScript to native code.
//
// Use the eager engine of `@mmm/tensor` where onnxruntime is not installed or the function looks at values.

import { MmmError } from "@mmm/core";
import {
  type ArgumentLeaf,
  checkStateShapes,
  flattenTree,
  lifetime,
  mapTree,
  type NdArray,
  type TensorEngine,
} from "@mmm/tensor";
import type { ElementType } from "../graph/value.js";
import { type NamedValue, type Precision, writeModel } from "../onnx/model.js";
import { createShardedStep } from "../parallel/sharded-step.js";
import { registerLowerings } from "../recording/lowerings.js";
import type { Lowering } from "../recording/recording.js";
import {
  createSession,
  fromOrt,
  loadRuntime,
  type OrtRuntime,
  type OrtSession,
  type OrtTensor,
  toOrt,
} from "./session.js";
import { elementTypeOf, shapeOf, toArray, traceFunction, usedInputs } from "./trace.js";

export interface OnnxEngineOptions {
  /** Default `float32`. tfjs itself has only float32; the same trace can be written in double precision. */
  readonly precision?: Precision;
  /** Threads inside one operator, default 1; sharding over workers scales better than this. */
  readonly threads?: number;
  /**
   * Threads that share the units of a training step, when `train` is told which axes hold units. Default 1; 2 to 4 pay
   * off from about a hundred units.
   */
  readonly workers?: number;
  /** Lowerings of further tfjs kernels by kernel name. */
  readonly lowerings?: Readonly<Record<string, Lowering>>;
  /** onnxruntime itself, if you loaded it. */
  readonly runtime?: OrtRuntime;
  /** Told, once per function, that new input shapes made a second trace necessary. Default: a process warning. */
  readonly onRetrace?: (message: string) => void;
}

/**
 * Engine that traces functions and runs them on onnxruntime-node (`npm install onnxruntime-node`).
 *
 * @throws MmmError on compile: `MISSING_DEPENDENCY` without onnxruntime-node, `TRACED_VALUE` when the function reads a
 *   tensor, `NO_LOWERING` when an operation is not known, `ONNX_SESSION` when onnxruntime rejects the graph
 * @example
 * const engine = onnxEngine();
 * const double = await compile((x: Tensor) => tf.mul(x, 2), [ndArray([1, 2])], { engine });
 */
export function onnxEngine(options: OnnxEngineOptions = {}): TensorEngine {
  const precision = options.precision ?? "float32";
  const prepare = async <Out>(
    trace: (args: readonly unknown[]) => Out,
    toOutputs: (result: Out) => unknown,
    describe: string,
  ): Promise<Program> => {
    const runtime = await loadRuntime(options.runtime);
    registerLowerings(options.lowerings);
    return createProgram({
      runtime,
      precision,
      threads: options.threads ?? 1,
      trace: (args) => toOutputs(trace(args)),
      onRetrace: options.onRetrace ?? ((message) => process.emitWarning(message, { code: "MMM_RETRACE" })),
      describe,
    });
  };

  const engine: TensorEngine = {
    id: precision === "float32" ? "onnx" : "onnx-float64",
    specVersion: "v1",
    capabilities: { precision, compiled: true },

    async compile(fn, exampleArgs) {
      const program = await prepare(
        (args) => fn(...(args as never)),
        (out) => out,
        fn.name,
      );
      await program.prepare(exampleArgs);
      const run = async (...args: readonly unknown[]): Promise<never> => {
        const { outputs, structure } = await program.run(args);
        return mapTree(structure, (_: unknown, name) => fromOrt(outputs.get(name)!)) as never;
      };
      return Object.assign(run, { dispose: () => program.dispose() });
    },

    async compileStep(step, initialState, exampleArgs) {
      const program = await prepare(
        ([state, ...args]) => {
          const result = step(state as never, ...(args as never));
          checkStateShapes(state, result.state);
          return { state: result.state, outputs: result.outputs };
        },
        (out) => out,
        step.name,
      );
      // From the first run on the state is a tree of onnxruntime's own tensors that go straight back in.
      let state: unknown = mapTree(initialState, (leaf: ArgumentLeaf) => toArray(leaf));
      const structure = state;
      await program.prepare([state, ...exampleArgs]);
      return {
        async run(...args) {
          const { outputs, structure: out } = await program.run([state, ...args]);
          state = mapTree(structure, (_: unknown, name) => held(outputs.get(name ? `state.${name}` : "state")!));
          const wanted = (out as { outputs: unknown }).outputs;
          return mapTree(wanted, (_: unknown, name) =>
            fromOrt(outputs.get(name ? `outputs.${name}` : "outputs")!),
          ) as never;
        },
        async readState() {
          return mapTree(state, ({ data, shape }: NdArray) => ({ data: data.slice(), shape })) as never;
        },
        async writeState(given) {
          const next = mapTree(given, (leaf: ArgumentLeaf) => toArray(leaf));
          checkStateShapes(structure, next);
          state = next;
        },
        dispose: () => program.dispose(),
      };
    },
  };
  const workers = options.workers ?? 1;
  if (workers < 2) return engine;
  return {
    ...engine,
    compileSharded: async (training) => {
      const runtime = await loadRuntime(options.runtime);
      registerLowerings(options.lowerings);
      return createShardedStep(training, { runtime, precision, workers, engine });
    },
  };
}

interface Program {
  prepare(args: readonly unknown[]): Promise<void>;
  run(
    args: readonly unknown[],
  ): Promise<{ readonly outputs: ReadonlyMap<string, OrtTensor>; readonly structure: unknown }>;
  dispose(): Promise<void>;
}

interface Compiled {
  readonly session: OrtSession;
  readonly inputTypes: ReadonlyMap<string, ElementType>;
  /** Inputs that the graph really uses. */
  readonly used: ReadonlySet<string>;
  readonly structure: unknown;
  /** Outputs that are an unchanged input, which need not pass through the session. */
  readonly passed: ReadonlyMap<string, string>;
}

interface ProgramOptions {
  readonly runtime: OrtRuntime;
  readonly precision: Precision;
  readonly threads: number;
  readonly trace: (args: readonly unknown[]) => unknown;
  readonly onRetrace: (message: string) => void;
  readonly describe: string;
}

/** Sessions of one function, for as many sets of input shapes; the oldest makes room. */
const mostSessions = 8;

interface Entry {
  readonly compiled: Promise<Compiled>;
  running: number;
}

/** A traced function: one session per set of input shapes. */
function createProgram(options: ProgramOptions): Program {
  const { runtime, precision } = options;
  const bySignature = new Map<string, Entry>();
  let warned = false;

  const { alive, dispose } = lifetime(async () => {
    for (const { compiled } of bySignature.values()) await (await compiled).session.release();
    bySignature.clear();
  });

  const entryFor = (args: readonly unknown[]): Entry => {
    alive();
    const signature = signatureOf(args);
    const known = bySignature.get(signature);
    if (known) return known;
    if (bySignature.size > 0 && !warned) {
      warned = true;
      const name = options.describe ? ` '${options.describe}'` : "";
      options.onRetrace(
        `The compiled function${name} was called with new input shapes and is traced again; keep shapes fixed for speed.`,
      );
    }
    const made: Entry = { compiled: compileProgram(options, args), running: 0 };
    bySignature.set(signature, made);
    made.compiled.catch(() => bySignature.delete(signature));
    const idle = [...bySignature].find(([, entry]) => entry !== made && entry.running === 0);
    if (bySignature.size > mostSessions && idle) {
      bySignature.delete(idle[0]);
      void idle[1].compiled.then(
        ({ session }) => session.release(),
        () => {},
      );
    }
    return made;
  };

  const runCompiled = async (
    compiled: Compiled,
    args: readonly unknown[],
  ): Promise<{ readonly outputs: ReadonlyMap<string, OrtTensor>; readonly structure: unknown }> => {
    const feeds: Record<string, OrtTensor> = {};
    const given = new Map<string, OrtTensor>();
    for (const [name, leaf] of named(args)) {
      const type = compiled.inputTypes.get(name)!;
      const tensor = isHeld(leaf) ? leaf.held : toOrt(runtime, toArray(leaf), type, precision);
      given.set(name, tensor);
      if (compiled.used.has(name)) feeds[name] = tensor;
    }
    const result = new Map<string, OrtTensor>();
    for (const [name, tensor] of Object.entries(await compiled.session.run(feeds))) {
      result.set(name.slice("out:".length), tensor);
    }
    for (const [name, input] of compiled.passed) result.set(name, given.get(input)!);
    return { outputs: result, structure: compiled.structure };
  };

  return {
    async prepare(args) {
      await entryFor(args).compiled;
    },
    async run(args) {
      const entry = entryFor(args);
      entry.running++;
      try {
        return await runCompiled(await entry.compiled, args);
      } finally {
        entry.running--;
      }
    },
    dispose,
  };
}

async function compileProgram(options: ProgramOptions, args: readonly unknown[]): Promise<Compiled> {
  const { inputs, outputs, structure } = traceFunction(options.trace, args, options.precision);
  const inputOf = new Map(inputs.map(({ name, value }) => [value.node, name]));
  const passed = new Map<string, string>();
  const computed: NamedValue[] = [];
  for (const { name, value } of outputs) {
    const input = inputOf.get(value.node);
    if (input === undefined) computed.push({ name: `out:${name}`, value });
    else passed.set(name, input);
  }
  const used = usedInputs(inputs, computed);
  // A session needs an output even when everything passes through.
  const model = writeModel(used, computed, { precision: options.precision });
  const session =
    computed.length === 0
      ? { run: async () => ({}), release: async () => {} }
      : await createSession(options.runtime, model, options.threads).catch((cause: unknown) => {
          throw new MmmError(
            `onnxruntime rejected the graph: ${cause instanceof Error ? cause.message : String(cause)}`,
            {
              code: "ONNX_SESSION",
              kind: "contract",
              fix:
                options.precision === "float64"
                  ? "Some operators exist only in float32 (Erf among them): write the function without it, or use float32."
                  : "Run the function with eagerEngine(), and report the operator that is named.",
              cause,
            },
          );
        });
  return {
    session,
    inputTypes: new Map(inputs.map(({ name, value }) => [name, value.type])),
    used: new Set(used.map(({ name }) => name)),
    structure,
    passed,
  };
}

function* named(args: readonly unknown[]): Generator<readonly [string, ArgumentLeaf]> {
  for (const [i, arg] of args.entries()) {
    for (const [name, leaf] of flattenTree<ArgumentLeaf>(arg)) yield [name ? `${i}.${name}` : String(i), leaf];
  }
}

function signatureOf(args: readonly unknown[]): string {
  return [...named(args)].map(([name, leaf]) => `${name}:${elementTypeOf(leaf)}[${shapeOf(leaf).join()}]`).join(";");
}

/** An array that onnxruntime has made: it goes back in as it is. */
interface HeldArray extends NdArray {
  readonly held: OrtTensor;
}

function held(tensor: OrtTensor): HeldArray {
  return { ...fromOrt(tensor), held: tensor };
}

function isHeld(leaf: ArgumentLeaf): leaf is HeldArray {
  return typeof leaf === "object" && "held" in leaf;
}
