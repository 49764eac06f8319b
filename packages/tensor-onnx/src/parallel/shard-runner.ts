// Runs the gradient graph of one set of units. The function goes to worker threads as text, so that no file of its own
// is needed there: it must use nothing from outside itself but its arguments.

import type { OrtRuntime, OrtSession, OrtTensor } from "../engine/session.js";

/** A parameter or gradient leaf inside the flat vector of all of them. */
export interface ShardLeaf {
  readonly name: string;
  /** Shape of this shard's part. */
  readonly shape: readonly number[];
  /** Where each contiguous run of the part lies in the flat vector: pairs of offset and length. */
  readonly runs: readonly (readonly [number, number])[];
}

export interface ShardPlan {
  readonly model: Uint8Array;
  readonly sessionOptions: Readonly<Record<string, unknown>>;
  readonly type: "float32" | "float64";
  /** Graph inputs that are parameters. */
  readonly params: readonly ShardLeaf[];
  /** Graph outputs that are gradients. */
  readonly gradients: readonly ShardLeaf[];
  readonly data: readonly {
    readonly name: string;
    readonly type: string;
    readonly values: unknown;
    readonly shape: readonly number[];
  }[];
  /** Name of the graph input for the random key, if the graph uses it. */
  readonly key: string | null;
  /** Added to the key, so that shards do not draw the same numbers. */
  readonly keyOffset: number;
  readonly loss: string;
}

export interface ShardRunner {
  /** Reads the parameters from `vector`, writes the gradient to `gradient` (other units' elements stay 0). */
  run(vector: Float32Array | Float64Array, gradient: Float32Array | Float64Array, key: number): Promise<number>;
  release(): Promise<void>;
}

export async function makeShardRunner(runtime: OrtRuntime, plan: ShardPlan): Promise<ShardRunner> {
  const { Tensor, InferenceSession } = runtime;
  const session: OrtSession = await InferenceSession.create(plan.model, plan.sessionOptions);
  const make = (type: string, values: unknown, shape: readonly number[]): OrtTensor =>
    new Tensor(type as never, values as never, shape);
  const feeds: Record<string, OrtTensor> = {};
  for (const leaf of plan.data) feeds[leaf.name] = make(leaf.type, leaf.values, leaf.shape);
  const buffers = plan.params.map((leaf) => {
    const length = leaf.runs.reduce((sum, run) => sum + run[1], 0);
    const values = plan.type === "float32" ? new Float32Array(length) : new Float64Array(length);
    feeds[leaf.name] = make(plan.type, values, leaf.shape);
    return { values, runs: leaf.runs };
  });
  return {
    async run(vector, gradient, key) {
      for (const { values, runs } of buffers) {
        let offset = 0;
        for (const [from, length] of runs) {
          values.set(vector.subarray(from, from + length) as never, offset);
          offset += length;
        }
      }
      if (plan.key !== null) feeds[plan.key] = make("int32", Int32Array.of((key + plan.keyOffset) | 0), []);
      const out = await session.run(feeds);
      for (const leaf of plan.gradients) {
        const values = out[leaf.name]!.data as Float32Array;
        let offset = 0;
        for (const [from, length] of leaf.runs) {
          gradient.set(values.subarray(offset, offset + length), from);
          offset += length;
        }
      }
      return Number((out[plan.loss]!.data as Float32Array)[0]);
    },
    release: () => session.release(),
  };
}
