import * as tf from "@tensorflow/tfjs-core";
import { at, build, normals, type OperationCase } from "./operation-case.js";

const shape = [2, 3, 4] as const;
const x = (): OperationCase["inputs"] => ({ x: normals("arrangement", shape) });

function product(
  name: string,
  a: readonly number[],
  b: readonly number[],
  transposed: readonly [boolean, boolean],
): OperationCase {
  const [transposeA, transposeB] = transposed;
  const rowsOf = (dimensions: readonly number[], swap: boolean): readonly [number, number] => {
    const [rows, columns] = dimensions.slice(-2) as [number, number];
    return swap ? [columns, rows] : [rows, columns];
  };
  const [rows, inner] = rowsOf(a, transposeA);
  const columns = rowsOf(b, transposeB)[1];
  const batch = a.length === 3 ? a[0]! : b.length === 3 ? b[0]! : undefined;
  const out = batch === undefined ? [rows, columns] : [batch, rows, columns];
  const element = (data: Float64Array, dimensions: readonly number[], swap: boolean, n: number, i: number, j: number) =>
    at(
      data,
      dimensions,
      ...(dimensions.length === 3 ? [dimensions[0] === 1 ? 0 : n] : []),
      ...(swap ? [j, i] : [i, j]),
    );
  return {
    name,
    inputs: { a: normals(`${name} a`, a), b: normals(`${name} b`, b) },
    shape: out,
    fn: (inputs) => tf.matMul(inputs.a!, inputs.b!, transposeA, transposeB),
    reference: (inputs) =>
      build(out, (...index) => {
        const [i, j] = index.slice(-2) as [number, number];
        const n = index.length === 3 ? index[0]! : 0;
        let sum = 0;
        for (let k = 0; k < inner; k++) {
          sum += element(inputs.a!, a, transposeA, n, i, k) * element(inputs.b!, b, transposeB, n, k, j);
        }
        return sum;
      }),
  };
}

export const arrangementCases: readonly OperationCase[] = [
  product("matrix product", [3, 4], [4, 2], [false, false]),
  product("matrix product, first transposed", [4, 3], [4, 2], [true, false]),
  product("matrix product, second transposed", [3, 4], [2, 4], [false, true]),
  product("matrix product, both transposed", [4, 3], [2, 4], [true, true]),
  product("batched matrix product", [2, 3, 4], [2, 4, 2], [false, false]),
  product("batched matrix product, both transposed", [2, 4, 3], [2, 2, 4], [true, true]),
  product("batched product with one shared matrix", [2, 3, 4], [1, 4, 2], [false, false]),
  {
    name: "reshape",
    inputs: x(),
    shape: [6, 4],
    fn: ({ x }) => tf.reshape(x!, [-1, 4]),
    reference: ({ x }) => x!,
  },
  {
    name: "transpose",
    inputs: x(),
    shape: [4, 2, 3],
    fn: ({ x }) => tf.transpose(x!, [2, 0, 1]),
    reference: ({ x }) => build([4, 2, 3], (k, i, j) => at(x!, shape, i, j, k)),
  },
  {
    name: "expand and squeeze",
    inputs: x(),
    shape: [2, 3, 1, 4],
    fn: ({ x }) => tf.expandDims(tf.squeeze(tf.expandDims(x!, 0), [0]), -2),
    reference: ({ x }) => x!,
  },
  {
    name: "slice",
    inputs: x(),
    shape: [2, 2, 3],
    fn: ({ x }) => tf.slice(x!, [0, 1, 0], [-1, 2, 3]),
    reference: ({ x }) => build([2, 2, 3], (i, j, k) => at(x!, shape, i, j + 1, k)),
  },
  {
    name: "strided slice backwards",
    inputs: x(),
    shape: [2, 3, 2],
    fn: ({ x }) => tf.reverse(tf.slice(x!, [0, 0, 1], [2, 3, 2]), 2),
    reference: ({ x }) => build([2, 3, 2], (i, j, k) => at(x!, shape, i, j, 2 - k)),
  },
  {
    name: "concat",
    inputs: { a: normals("concat a", [2, 1]), b: normals("concat b", [2, 3]) },
    shape: [2, 4],
    fn: ({ a, b }) => tf.concat([a!, b!], 1),
    reference: ({ a, b }) => build([2, 4], (i, j) => (j === 0 ? a![i]! : at(b!, [2, 3], i, j - 1))),
  },
  {
    name: "stack and unstack",
    inputs: { a: normals("stack a", [2, 3]), b: normals("stack b", [2, 3]) },
    shape: [2, 2, 3],
    fn: ({ a, b }) => tf.stack([...tf.unstack(tf.stack([a!, b!], 1), 1)].reverse(), 0),
    reference: ({ a, b }) => build([2, 2, 3], (n, i, j) => at(n === 0 ? b! : a!, [2, 3], i, j)),
  },
  {
    name: "split",
    inputs: x(),
    shape: [2, 3, 2],
    fn: ({ x }) => {
      const [first, second] = tf.split(x!, 2, 2);
      return tf.sub(first!, tf.mul(second!, 2));
    },
    reference: ({ x }) => build([2, 3, 2], (i, j, k) => at(x!, shape, i, j, k) - 2 * at(x!, shape, i, j, k + 2)),
  },
  {
    name: "tile",
    inputs: { x: normals("tile", [2, 3]) },
    shape: [4, 9],
    fn: ({ x }) => tf.tile(x!, [2, 3]),
    reference: ({ x }) => build([4, 9], (i, j) => at(x!, [2, 3], i % 2, j % 3)),
  },
  {
    name: "broadcast",
    inputs: { x: normals("broadcast", [3, 1]) },
    shape: [2, 3, 4],
    fn: ({ x }) => tf.broadcastTo(x!, [2, 3, 4]),
    reference: ({ x }) => build([2, 3, 4], (_, j) => x![j]!),
  },
  {
    name: "pad",
    inputs: { x: normals("pad", [2, 3]) },
    shape: [3, 6],
    fn: ({ x }) =>
      tf.pad(
        x!,
        [
          [1, 0],
          [2, 1],
        ],
        0.5,
      ),
    reference: ({ x }) => build([3, 6], (i, j) => (i < 1 || j < 2 || j > 4 ? 0.5 : at(x!, [2, 3], i - 1, j - 2))),
  },
  {
    name: "gather rows, one of them twice",
    inputs: x(),
    shape: [2, 4, 4],
    fn: ({ x }) => tf.gather(x!, tf.tensor1d([2, 0, 2, 1], "int32"), 1),
    reference: ({ x }) => build([2, 4, 4], (i, j, k) => at(x!, shape, i, [2, 0, 2, 1][j]!, k)),
  },
  {
    name: "one-hot product",
    inputs: { x: normals("one-hot", [3]) },
    shape: [4],
    fn: ({ x }) => {
      const chosen = tf.cast(tf.oneHot(tf.tensor1d([0, 2, 2, 1], "int32"), 3), "float32");
      return tf.sum(tf.mul(chosen, x!), 1);
    },
    reference: ({ x }) => [0, 2, 2, 1].map((i) => x![i]!),
  },
  {
    name: "constant tensors",
    inputs: { x: normals("constants", [2, 2]) },
    shape: [2, 2],
    fn: ({ x }) => tf.add(tf.mul(x!, tf.fill([2, 2], 3)), tf.add(tf.eye(2), tf.range(0, 2))),
    reference: ({ x }) => build([2, 2], (i, j) => 3 * at(x!, [2, 2], i, j) + Number(i === j) + j),
  },
];
