import { compile, ndArray, type TensorEngine, valueAndGrad } from "@mmm/tensor";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { emptyPerceptrons, type Perceptrons, perceptronPass } from "./perceptron.js";

// How badly all networks together predict the columns, in two forms that give the same numbers: our own float64 kernel,
// and a function on any tensor engine (`onnxEngine({ precision: "float64" })` is the fast one).

/** "l2": ½ Σ_j rss_j/n. "log": ½ d log(Σ_j rss_j/n). "likelihood": ½ Σ_j log(rss_j/n). */
export type PerceptronLossKind = "l2" | "log" | "likelihood";

export interface PerceptronLoss {
  /** The loss; its gradient goes into `slopes`. */
  evaluate(networks: Perceptrons, slopes: Perceptrons): number | Promise<number>;
  dispose(): void | Promise<void>;
}

export interface PerceptronRows {
  /** Centred columns, [rows, variables]. */
  readonly values: Float64Array;
  readonly rows: number;
  readonly variables: number;
  readonly hidden: number;
}

/** The smallest mean square: keeps the logarithm finite where a network predicts perfectly. */
const leastSquare = 1e-12;

/** Our own kernel. */
export function perceptronLoss(kind: PerceptronLossKind, data: PerceptronRows): PerceptronLoss {
  const { values, rows, variables: d, hidden } = data;
  const pass = perceptronPass(values, rows, d, hidden);
  const scale = new Float64Array(d);
  return {
    evaluate(networks, slopes) {
      const sums = pass.forward(networks);
      let total = 0;
      let value = 0;
      for (let j = 0; j < d; j++) {
        const mean = Math.max(sums[j]! / rows, leastSquare);
        total += mean;
        value += 0.5 * (kind === "likelihood" ? Math.log(mean) : mean);
        scale[j] = (0.5 * (kind === "likelihood" ? 1 / mean : 1)) / rows;
      }
      if (kind === "log") {
        value = 0.5 * d * Math.log(total);
        scale.fill((0.5 * d) / total / rows);
      }
      pass.backward(networks, scale, slopes);
      return value;
    },
    dispose() {},
  };
}

type NetworkTensors = {
  readonly first: Tensor;
  readonly firstBias: Tensor;
  readonly second: Tensor;
  readonly secondBias: Tensor;
};

/** The same on a tensor engine. */
export async function tensorPerceptronLoss(
  kind: PerceptronLossKind,
  data: PerceptronRows,
  engine: TensorEngine,
): Promise<PerceptronLoss> {
  const { rows, variables: d, hidden } = data;
  const loss = (networks: NetworkTensors, x: Tensor): Tensor => {
    const units = tf.sigmoid(tf.add(tf.matMul(x as tf.Tensor2D, networks.first as tf.Tensor2D), networks.firstBias));
    const weighted = tf.reshape(tf.mul(units, networks.second), [rows, d, hidden]);
    const residual = tf.sub(tf.add(tf.sum(weighted, 2), networks.secondBias), x);
    const means = tf.maximum(tf.div(tf.sum(tf.square(residual), 0), rows), leastSquare);
    switch (kind) {
      case "l2":
        return tf.mul(0.5, tf.sum(means));
      case "log":
        return tf.mul(0.5 * d, tf.log(tf.sum(means)));
      case "likelihood":
        return tf.mul(0.5, tf.sum(tf.log(means)));
    }
  };
  const gradients = valueAndGrad(loss);
  const arrays = ({ first, firstBias, second, secondBias }: Perceptrons) => ({
    first: ndArray(first, [d, d * hidden]),
    firstBias: ndArray(firstBias, [d * hidden]),
    second: ndArray(second, [d * hidden]),
    secondBias: ndArray(secondBias, [d]),
  });
  const x = ndArray(data.values, [rows, d]);
  const evaluated = (
    networks: NetworkTensors,
    x: Tensor,
  ): { readonly value: Tensor; readonly gradient: NetworkTensors } => {
    const { value, gradient } = gradients(networks, x);
    return { value, gradient };
  };
  const run = await compile(evaluated, [arrays(emptyPerceptrons(d, hidden)), x], { engine });
  return {
    async evaluate(networks, slopes) {
      const { value, gradient } = await run(arrays(networks), x);
      for (const part of ["first", "firstBias", "second", "secondBias"] as const) slopes[part].set(gradient[part].data);
      return value.data[0]!;
    },
    dispose: () => run.dispose(),
  };
}
