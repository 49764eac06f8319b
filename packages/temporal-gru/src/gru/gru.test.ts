import { createRandom } from "@mmm/core";
import { setupBackend, valueAndGrad } from "@mmm/tensor";
import { registerMatchers } from "@mmm/testing";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { type GruParameters, gruModule } from "./gru.js";

registerMatchers();

interface Layer {
  readonly inputWeights: number[][];
  readonly hiddenWeights: number[][];
  readonly inputBias: number[];
  readonly hiddenBias: number[];
}

// The equations, written once more with plain numbers in float64.
function reference(layer: Layer, inputs: number[][][], start: number[][], mask?: number[][]): number[][][] {
  const hidden = layer.hiddenWeights[0]!.length;
  const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));
  const dot = (a: number[], b: number[]): number => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
  return inputs.map((sequence, r) => {
    let state = start[r]!;
    return sequence.map((x, t) => {
      const fromInput = layer.inputWeights.map((row, k) => dot(row, x) + layer.inputBias[k]!);
      const fromState = layer.hiddenWeights.map((row, k) => dot(row, state) + layer.hiddenBias[k]!);
      const next = state.map((h, k) => {
        const reset = sigmoid(fromInput[k]! + fromState[k]!);
        const update = sigmoid(fromInput[hidden + k]! + fromState[hidden + k]!);
        const candidate = Math.tanh(fromInput[2 * hidden + k]! + reset * fromState[2 * hidden + k]!);
        return (1 - update) * candidate + update * h;
      });
      state = mask && mask[r]![t] === 0 ? state : next;
      return state;
    });
  });
}

const [units, periods, features, hidden] = [3, 6, 2, 4];

function example(options: Parameters<typeof gruModule>[0] = {}) {
  const module = gruModule({ hidden, ...options });
  const params = module.init(createRandom(7), { features });
  const random = createRandom(8);
  const inputs = Array.from({ length: units }, () =>
    Array.from({ length: periods }, () => Array.from({ length: features }, () => random.normal())),
  );
  return { module, params, inputs };
}

const plain = (params: GruParameters, name = "layer0"): Layer => ({
  inputWeights: params[name]!.inputWeights.arraySync() as number[][],
  hiddenWeights: params[name]!.hiddenWeights.arraySync() as number[][],
  inputBias: params[name]!.inputBias.arraySync() as number[],
  hiddenBias: params[name]!.hiddenBias.arraySync() as number[],
});

const zeros = Array.from({ length: units }, () => new Array(hidden).fill(0));

describe.each(["cpu", "wasm"] as const)("gru on tfjs %s", (backend) => {
  beforeAll(() => setupBackend(backend));

  it("follows its equations", () => {
    const { module, params, inputs } = example();
    const { sequence, finalState } = module.apply(params, tf.tensor3d(inputs), {});
    const expected = reference(plain(params), inputs, zeros);
    expect(sequence.dataSync()).toBeAllclose(expected.flat(2), { relative: 1e-5 });
    expect(finalState["layer0"]!.dataSync()).toBeAllclose(
      expected.flatMap((row) => row.at(-1)!),
      {
        relative: 1e-5,
      },
    );
  });

  it("stacks layers", () => {
    const { module, params, inputs } = example({ layers: 2 });
    const first = reference(plain(params, "layer0"), inputs, zeros);
    const second = reference(plain(params, "layer1"), first, zeros);
    expect(module.apply(params, tf.tensor3d(inputs), {}).sequence.dataSync()).toBeAllclose(second.flat(2), {
      relative: 1e-5,
    });
  });

  it("keeps the state where the mask is 0", () => {
    const { module, params, inputs } = example();
    const mask = [
      [1, 1, 1, 1, 1, 1],
      [1, 1, 1, 0, 0, 0],
      [0, 1, 0, 1, 1, 0],
    ];
    const { sequence } = module.apply(params, tf.tensor3d(inputs), { mask: tf.tensor2d(mask) });
    expect(sequence.dataSync()).toBeAllclose(reference(plain(params), inputs, zeros, mask).flat(2), {
      relative: 1e-5,
    });
  });

  it("has the gradient that finite differences of the equations give", () => {
    const { module, params, inputs } = example();
    const mask = inputs.map((_, r) => inputs[r]!.map((__, t) => (r === 1 && t > 3 ? 0 : 1)));
    const weight = createRandom(9);
    const weights = Array.from({ length: units * periods * hidden }, () => weight.normal());
    const objective = (layer: Layer): number =>
      reference(layer, inputs, zeros, mask)
        .flat(2)
        .reduce((sum, value, i) => sum + value * weights[i]!, 0);
    const { gradient } = valueAndGrad((p: GruParameters) => {
      const { sequence } = module.apply(p, tf.tensor3d(inputs), { mask: tf.tensor2d(mask) });
      return tf.sum(tf.mul(sequence, tf.tensor3d(weights, [units, periods, hidden])));
    })(params);
    const layer = plain(params);
    for (const name of ["inputWeights", "hiddenWeights"] as const) {
      const numeric = layer[name].flatMap((row, i) =>
        row.map((_, j) => {
          const at = (shift: number): number => {
            const moved = structuredClone(layer);
            moved[name][i]![j]! += shift;
            return objective(moved);
          };
          return (at(1e-5) - at(-1e-5)) / 2e-5;
        }),
      );
      expect((gradient["layer0"]![name] as tf.Tensor).dataSync()).toBeAllclose(numeric, { relative: 1e-4 });
    }
    for (const name of ["inputBias", "hiddenBias"] as const) {
      const numeric = layer[name].map((_, i) => {
        const at = (shift: number): number => {
          const moved = structuredClone(layer);
          moved[name][i]! += shift;
          return objective(moved);
        };
        return (at(1e-5) - at(-1e-5)) / 2e-5;
      });
      expect((gradient["layer0"]![name] as tf.Tensor).dataSync()).toBeAllclose(numeric, { relative: 1e-4 });
    }
  });
});

describe("gru", () => {
  beforeAll(() => setupBackend("cpu"));

  it("continues from a carried state as if it had never stopped", () => {
    const { module, params, inputs } = example({ layers: 2 });
    const all = tf.tensor3d(inputs);
    const part = (from: number, count: number): tf.Tensor => tf.slice(all, [0, from, 0], [units, count, features]);
    const whole = module.apply(params, all, {}).sequence;
    const first = module.apply(params, part(0, 4), {});
    const second = module.apply(params, part(4, 2), { state: first.finalState });
    expect(tf.concat([first.sequence, second.sequence], 1).dataSync()).toBeAllclose(whole.dataSync());
  });

  it("starts from a learned state, which has a gradient", () => {
    const { module, params, inputs } = example({ initialState: "learned" });
    const start = [0.5, -0.5, 0.2, 0];
    const moved = { layer0: { ...params["layer0"]!, start: tf.tensor1d(start) } };
    const expected = reference(
      plain(params),
      inputs,
      Array.from({ length: units }, () => start),
    );
    expect(module.apply(moved, tf.tensor3d(inputs), {}).sequence.dataSync()).toBeAllclose(expected.flat(2));
    const { gradient } = valueAndGrad((p: GruParameters) => tf.sum(module.apply(p, tf.tensor3d(inputs), {}).sequence))(
      moved,
    );
    const slope = (gradient["layer0"] as { start: tf.Tensor }).start.dataSync();
    expect(Math.max(...slope.map(Math.abs))).toBeGreaterThan(0.1);
  });

  it("a period behind the mask changes nothing", () => {
    const { module, params, inputs } = example();
    const mask = tf.tensor2d(inputs.map(() => [1, 1, 1, 1, 0, 0]));
    const changed = inputs.map((sequence) => sequence.map((x, t) => (t < 4 ? x : x.map(() => 9))));
    const run = (given: number[][][]) => module.apply(params, tf.tensor3d(given), { mask }).finalState["layer0"]!;
    expect(run(changed).dataSync()).toBeAllclose(run(inputs).dataSync(), { relative: 1e-6 });
  });

  it("says what is wrong with its sizes", () => {
    expect(() => gruModule({ hidden: 0 })).toThrow("at least 1 for 'hidden', got 0");
    expect(() => gruModule().init(createRandom(1), { units: 2 })).toThrow(
      "Module 'gru' needs the length 'features'; given: units.",
    );
  });
});

describe("dropout of gruModule", () => {
  beforeAll(() => setupBackend("cpu"));
  const [rows, width, rate] = [200, 16, 0.25];

  // The factor that each unit of the output was multiplied by, `[rows, periods, width]`.
  const factors = (key: number, layers = 1): tf.Tensor => {
    const make = (share: number) => gruModule({ hidden: width, layers, dropout: share });
    const params = make(0).init(createRandom(1), { features: 1 });
    const input = tf.ones([rows, 2, 1]);
    const dropped = make(rate).apply(params, input, { key: tf.scalar(key, "int32") }).sequence;
    return tf.div(dropped, make(0).apply(params, input, {}).sequence);
  };

  it("repeats for the same key and differs between keys", () => {
    expect([...factors(3).dataSync()]).toEqual([...factors(3).dataSync()]);
    expect([...factors(3).dataSync()]).not.toEqual([...factors(4).dataSync()]);
  });

  it("drops the asked share, the same units in every period, and keeps the mean at 1", () => {
    const [first, second] = tf.unstack(factors(5), 1).map((part) => part.dataSync()) as [Float32Array, Float32Array];
    expect(second).toBeAllclose(first, { absolute: 1e-5 });
    const kept = first.filter((factor) => factor !== 0);
    expect(kept.every((factor) => Math.abs(factor - 4 / 3) < 1e-5)).toBe(true);
    // 3200 draws: the standard error of the share is 0.0077.
    expect(Math.abs(kept.length / first.length - 0.75)).toBeLessThan(0.03);
  });

  it("does nothing without a key", () => {
    const { module, params, inputs } = example({ dropout: 0.5 });
    const plainModule = gruModule({ hidden });
    const input = tf.tensor3d(inputs);
    expect(module.apply(params, input, {}).sequence.dataSync()).toBeAllclose(
      plainModule.apply(params, input, {}).sequence.dataSync(),
    );
  });

  it("refuses a rate of 1", () => {
    expect(() => gruModule({ dropout: 1 })).toThrow(/at least 0 and below 1, got 1/);
  });
});
