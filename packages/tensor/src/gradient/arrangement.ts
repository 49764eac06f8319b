// Gradients of kernels that move elements (reshape, slice, concat, gather …) and of matrix products.

import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { axesOf, type GradientRule, unbroadcast, zeroGradient } from "./rule.js";

/** Rule that needs only the shape of its input. */
function reshaping(kernelName: string, input = "x"): GradientRule {
  return {
    kernelName,
    inputsToSave: [input],
    gradFunc: (dy, [x]) => ({ [input]: () => tf.reshape(dy as Tensor, x!.shape as number[]) }),
  };
}

const matrixProduct: GradientRule = {
  kernelName: "BatchMatMul",
  inputsToSave: ["a", "b"],
  gradFunc: (incoming, saved, attributes) => {
    const dy = incoming as Tensor;
    const a = saved[0]!;
    const b = saved[1]!;
    const { transposeA, transposeB } = attributes as { transposeA: boolean; transposeB: boolean };
    const gradientA = (): Tensor =>
      transposeA ? tf.matMul(b, dy, transposeB, true) : tf.matMul(dy, b, false, !transposeB);
    const gradientB = (): Tensor => {
      // One matrix shared by a batch: one large product instead of a batch of products and a sum.
      if (b.rank === 2 && a.rank > 2 && !transposeA) {
        const rows = tf.reshape(a, [-1, a.shape[a.rank - 1]!]);
        const columns = tf.reshape(dy, [-1, dy.shape[dy.rank - 1]!]);
        return transposeB ? tf.matMul(columns, rows, true, false) : tf.matMul(rows, columns, true, false);
      }
      return transposeB ? tf.matMul(dy, a, true, transposeA) : tf.matMul(a, dy, !transposeA, false);
    };
    return { a: () => unbroadcast(gradientA(), a.shape), b: () => unbroadcast(gradientB(), b.shape) };
  },
};

function inversePermutation(permutation: readonly number[]): number[] {
  const inverse: number[] = [];
  for (const [to, from] of permutation.entries()) inverse[from] = to;
  return inverse;
}

const gather: GradientRule = {
  kernelName: "GatherV2",
  inputsToSave: ["x", "indices"],
  gradFunc: (incoming, saved, attributes) => {
    const x = saved[0]!;
    const indices = saved[1]!;
    const { axis, batchDims } = attributes as { axis: number; batchDims: number };
    if (batchDims)
      throw new Error("The gradient of gather with batchDims is not defined; gather from one batch at a time.");
    return {
      indices: () => zeroGradient(indices),
      // A product with one-hot rows instead of UnsortedSegmentSum, which the wasm backend lacks.
      x: () => {
        const at = axesOf(axis, x.shape)[0]!;
        const length = x.shape[at]!;
        const before = tf.util.sizeFromShape(x.shape.slice(0, at) as number[]);
        const after = tf.util.sizeFromShape(x.shape.slice(at + 1) as number[]);
        const rows = tf.cast(tf.oneHot(tf.cast(tf.reshape(indices, [-1]), "int32"), length), "float32");
        const dy = tf.reshape(incoming as Tensor, [before, indices.size, after]);
        return tf.reshape(tf.matMul(rows, dy, true, false), x.shape as number[]);
      },
    };
  },
};

export const arrangementGradients: readonly GradientRule[] = [
  matrixProduct,
  gather,
  reshaping("Reshape"),
  reshaping("ExpandDims", "input"),
  {
    kernelName: "Transpose",
    gradFunc: (dy, _, { perm }) => ({ x: () => tf.transpose(dy as Tensor, inversePermutation(perm as number[])) }),
  },
  {
    kernelName: "Slice",
    inputsToSave: ["x"],
    gradFunc: (dy, [x], { begin }) => ({
      x: () => {
        const start = begin as number[];
        const out = dy as Tensor;
        return tf.pad(
          out,
          x!.shape.map((length, axis) => [start[axis]!, length - start[axis]! - out.shape[axis]!]) as [
            number,
            number,
          ][],
        );
      },
    }),
  },
  {
    kernelName: "PadV2",
    inputsToSave: ["x"],
    gradFunc: (dy, [x], { paddings }) => ({
      x: () =>
        tf.slice(
          dy as Tensor,
          (paddings as [number, number][]).map(([before]) => before),
          x!.shape as number[],
        ),
    }),
  },
  {
    kernelName: "Concat",
    saveAllInputs: true,
    gradFunc: (dy, saved, { axis }) => {
      const at = axesOf(axis, saved[0]!.shape)[0]!;
      let offset = 0;
      return Object.fromEntries(
        saved.map((x, i) => {
          const begin = x.shape.map((_, dimension) => (dimension === at ? offset : 0));
          offset += x.shape[at]!;
          return [String(i), () => tf.slice(dy as Tensor, begin, x.shape as number[])];
        }),
      );
    },
  },
  {
    kernelName: "Pack",
    saveAllInputs: true,
    gradFunc: (dy, saved, { axis }) => {
      const at = axesOf(axis, (dy as Tensor).shape)[0]!;
      return Object.fromEntries(
        saved.map((x, i) => {
          const begin = (dy as Tensor).shape.map((_, dimension) => (dimension === at ? i : 0));
          const size = (dy as Tensor).shape.map((length, dimension) => (dimension === at ? 1 : length));
          return [String(i), () => tf.reshape(tf.slice(dy as Tensor, begin, size), x.shape as number[])];
        }),
      );
    },
  },
  {
    kernelName: "Unpack",
    gradFunc: (dy, _, { axis }) => ({ value: () => tf.stack(dy as Tensor[], axis as number) }),
  },
  {
    kernelName: "SplitV",
    gradFunc: (dy, _, { axis }) => ({ x: () => tf.concat(dy as Tensor[], axis as number) }),
  },
  {
    kernelName: "Tile",
    inputsToSave: ["x"],
    gradFunc: (dy, [x], { reps }) => ({
      x: () => {
        const shape = x!.shape.flatMap((length, axis) => [(reps as number[])[axis]!, length]);
        const axes = x!.shape.map((_, axis) => 2 * axis);
        return tf.sum(tf.reshape(dy as Tensor, shape), axes);
      },
    }),
  },
  {
    kernelName: "BroadcastTo",
    inputsToSave: ["x"],
    gradFunc: (dy, [x]) => ({ x: () => unbroadcast(dy as Tensor, x!.shape) }),
  },
  {
    kernelName: "Reverse",
    gradFunc: (dy, _, { dims }) => ({ x: () => tf.reverse(dy as Tensor, dims as number[]) }),
  },
  {
    kernelName: "OneHot",
    inputsToSave: ["indices"],
    gradFunc: (_, [indices]) => ({ indices: () => zeroGradient(indices!) }),
  },
];
