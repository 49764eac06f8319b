import * as tf from "@tensorflow/tfjs-core";
import { at, build, normals, type OperationCase } from "./operation-case.js";

const shape = [2, 3, 4] as const;
const x = (): OperationCase["inputs"] => ({ x: normals("reduction", shape) });
const rows = (data: ArrayLike<number>, i: number, j: number): number[] =>
  [0, 1, 2, 3].map((k) => at(data, shape, i, j, k));
const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const logSumExp = (values: readonly number[]): number => Math.log(total(values.map(Math.exp)));

export const reductionCases: readonly OperationCase[] = [
  {
    name: "sum of all",
    inputs: x(),
    shape: [],
    fn: ({ x }) => tf.sum(x!),
    reference: ({ x }) => [total([...x!])],
  },
  {
    name: "sum over the middle axis, kept",
    inputs: x(),
    shape: [2, 1, 4],
    fn: ({ x }) => tf.sum(x!, 1, true),
    reference: ({ x }) => build([2, 1, 4], (i, _, k) => total([0, 1, 2].map((j) => at(x!, shape, i, j, k)))),
  },
  {
    name: "sum over two axes",
    inputs: x(),
    shape: [3],
    fn: ({ x }) => tf.sum(x!, [0, -1]),
    reference: ({ x }) => build([3], (j) => total([...rows(x!, 0, j), ...rows(x!, 1, j)])),
  },
  {
    name: "mean",
    inputs: x(),
    shape: [2, 3],
    fn: ({ x }) => tf.mean(x!, 2),
    reference: ({ x }) => build([2, 3], (i, j) => total(rows(x!, i, j)) / 4),
  },
  {
    name: "max",
    inputs: x(),
    shape: [2, 3],
    fn: ({ x }) => tf.max(x!, -1),
    reference: ({ x }) => build([2, 3], (i, j) => Math.max(...rows(x!, i, j))),
  },
  {
    name: "min",
    inputs: x(),
    shape: [],
    fn: ({ x }) => tf.min(x!),
    reference: ({ x }) => [Math.min(...x!)],
  },
  {
    name: "softmax",
    inputs: x(),
    shape,
    fn: ({ x }) => tf.softmax(x!),
    reference: ({ x }) => build(shape, (i, j, k) => Math.exp(at(x!, shape, i, j, k) - logSumExp(rows(x!, i, j)))),
  },
  {
    name: "log softmax",
    inputs: x(),
    shape,
    fn: ({ x }) => tf.logSoftmax(x!),
    reference: ({ x }) => build(shape, (i, j, k) => at(x!, shape, i, j, k) - logSumExp(rows(x!, i, j))),
  },
  {
    name: "log-sum-exp",
    inputs: x(),
    shape: [2, 3],
    fn: ({ x }) => tf.logSumExp(x!, 2),
    reference: ({ x }) => build([2, 3], (i, j) => logSumExp(rows(x!, i, j))),
  },
  {
    name: "running sum",
    inputs: x(),
    shape,
    fn: ({ x }) => tf.cumsum(x!, 2),
    reference: ({ x }) => build(shape, (i, j, k) => total(rows(x!, i, j).slice(0, k + 1))),
  },
  {
    name: "running sum, exclusive and reversed, over the first axis",
    inputs: x(),
    shape,
    fn: ({ x }) => tf.cumsum(x!, 0, true, true),
    reference: ({ x }) => build(shape, (i, j, k) => (i === 0 ? at(x!, shape, 1, j, k) : 0)),
  },
];
