// The causal relational encoder: messages pass from nodes to edges to nodes to edges over the fully connected graph. It
// sees a history of any length and treats every channel alike, so relabelled channels give relabelled outputs.

import type { Random } from "@mmm/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { pairNumbers } from "./pair-statistics.js";
import type { ShopBatch } from "./shop-tensors.js";

/** Filters read from each series, and past steps each filter sees. */
const filters = 8;
const reach = 3;
const nodeNumbers = 2 * filters + 1;
const outputs = 3;

export type EncoderParams = {
  readonly sender: Tensor;
  readonly receiver: Tensor;
  readonly node: Tensor;
  readonly nodeBias: Tensor;
  readonly from: Tensor;
  readonly to: Tensor;
  readonly pair: Tensor;
  readonly pairBias: Tensor;
  readonly incoming: Tensor;
  readonly outgoing: Tensor;
  readonly own: Tensor;
  readonly ownBias: Tensor;
  readonly fromAgain: Tensor;
  readonly toAgain: Tensor;
  readonly again: Tensor;
  readonly pairAgain: Tensor;
  readonly againBias: Tensor;
  readonly edgeOut: Tensor;
  readonly edgeOutBias: Tensor;
  readonly statisticsOut: Tensor;
  readonly nodeOut: Tensor;
  readonly nodeOutBias: Tensor;
};

/** What the encoder says about each shop, cause first; V nodes, D memories. */
export type Encoding = {
  /** [B, V, V] log odds that the history adds to a prior. */
  readonly evidence: Tensor;
  /** [B, V, V] mean and log standard deviation of the effects. */
  readonly effect: Tensor;
  readonly effectLogSd: Tensor;
  /** [B, V, V, D] shares of the memories. */
  readonly memories: Tensor;
  /** [B, V]: share of a node's own last residual that stays, and log scale of its noise. */
  readonly persistence: Tensor;
  readonly logScale: Tensor;
};

/** First parameters; `memories` is D. */
export function initEncoder(random: Random, hidden: number, memories: number): EncoderParams {
  const weight = (rows: number, columns: number, gain = 1): Tensor =>
    tf.tensor2d(
      Float32Array.from({ length: rows * columns }, () => (gain / Math.sqrt(rows)) * random.normal()),
      [rows, columns],
    );
  const pairs = filters + pairNumbers;
  // Effects start near the regression coefficients, evidence near the size of the t-values.
  const skip = new Float32Array(pairNumbers * (outputs + memories));
  skip[2 * (outputs + memories) + 1] = 0.7;
  return {
    sender: weight(reach, filters),
    receiver: weight(reach, filters),
    node: weight(nodeNumbers, hidden),
    nodeBias: tf.zeros([hidden]),
    from: weight(hidden, hidden),
    to: weight(hidden, hidden),
    pair: weight(pairs, hidden),
    pairBias: tf.zeros([hidden]),
    incoming: weight(hidden, hidden),
    outgoing: weight(hidden, hidden),
    own: weight(hidden, hidden),
    ownBias: tf.zeros([hidden]),
    fromAgain: weight(hidden, hidden),
    toAgain: weight(hidden, hidden),
    again: weight(hidden, hidden),
    pairAgain: weight(pairs, hidden),
    againBias: tf.zeros([hidden]),
    edgeOut: weight(hidden, outputs + memories, 0.1),
    edgeOutBias: tf.tensor1d([0, 0, Math.log(0.12), ...new Array<number>(memories).fill(0)]),
    statisticsOut: tf.tensor2d(skip, [pairNumbers, outputs + memories]),
    nodeOut: weight(hidden, 2, 0.1),
    nodeOutBias: tf.tensor1d([0.2, -0.2]),
  };
}

const dense = (x: Tensor, weights: Tensor): Tensor => {
  const out = tf.matMul(tf.reshape(x, [-1, weights.shape[0]!]) as tf.Tensor2D, weights as tf.Tensor2D);
  return tf.reshape(out, [...x.shape.slice(0, -1), weights.shape[1]!]);
};
const bend = (x: Tensor): Tensor => tf.elu(x);

/** [B, T, V, filters]: bent weighted sums of `reach` steps that end `delay` steps before each step. */
function filtered(residual: Tensor, weights: Tensor, delay: number): Tensor {
  const [shops, steps, nodes] = residual.shape as [number, number, number];
  const padded = tf.pad(residual, [
    [0, 0],
    [reach - 1 + delay, 0],
    [0, 0],
  ]);
  const past = Array.from({ length: reach }, (_, l) => tf.slice(padded, [0, reach - 1 - l, 0], [shops, steps, nodes]));
  return tf.tanh(dense(tf.stack(past, 3), weights));
}

/** Keeps the order of large numbers without their size. */
const tamed = (x: Tensor): Tensor => tf.div(x, tf.sqrt(tf.add(1, tf.square(tf.div(x, 4)))));

/** Encode a batch. */
export function encode(params: EncoderParams, batch: ShopBatch): Encoding {
  const { residual, counted, statistics } = batch;
  const [shops, steps, nodes] = residual.shape as [number, number, number];
  const rows = tf.add(tf.sum(counted, 1), 1);
  const mask = tf.reshape(counted, [shops, steps, 1, 1]);
  const sent = tf.mul(filtered(residual, params.sender, 1), mask);
  const received = tf.mul(filtered(residual, params.receiver, 0), mask);

  // Products of what one series sent and another received, summed over time: [B, V, V, filters], cause first.
  const byFilter = (x: Tensor, order: number[]): Tensor => tf.transpose(x, order);
  const products = tf.matMul(byFilter(sent, [0, 3, 2, 1]), byFilter(received, [0, 3, 1, 2]));
  const pooled = tf.div(tf.transpose(products, [0, 2, 3, 1]), tf.reshape(tf.sqrt(rows), [shops, 1, 1, 1]));
  const pairs = tamed(tf.concat([pooled, statistics], 3));

  const mean = (x: Tensor): Tensor => tf.div(tf.sum(x, 1), tf.reshape(rows, [shops, 1, 1]));
  const amount = tf.mul(tf.ones([shops, nodes, 1]), tf.reshape(tf.log(tf.div(rows, 100)), [shops, 1, 1]));
  const summary = tf.concat([mean(tf.mul(sent, received)), mean(tf.square(received)), amount], 2);
  const first = bend(tf.add(dense(summary, params.node), params.nodeBias));

  const from = (x: Tensor): Tensor => tf.expandDims(x, 2);
  const to = (x: Tensor): Tensor => tf.expandDims(x, 1);
  const apart = tf.reshape(tf.sub(1, tf.eye(nodes)), [1, nodes, nodes, 1]);
  const edge = bend(
    tf.add(
      tf.add(from(dense(first, params.from)), to(dense(first, params.to))),
      tf.add(dense(pairs, params.pair), params.pairBias),
    ),
  );
  const messages = tf.mul(edge, apart);
  const share = 1 / Math.max(1, nodes - 1);
  const second = bend(
    tf.addN([
      dense(tf.mul(tf.sum(messages, 1), share), params.incoming),
      dense(tf.mul(tf.sum(messages, 2), share), params.outgoing),
      tf.add(dense(first, params.own), params.ownBias),
    ]),
  );
  const last = bend(
    tf.add(
      tf.add(from(dense(second, params.fromAgain)), to(dense(second, params.toAgain))),
      tf.add(tf.add(dense(edge, params.again), dense(pairs, params.pairAgain)), params.againBias),
    ),
  );
  const out = tf.add(tf.add(dense(last, params.edgeOut), params.edgeOutBias), dense(statistics, params.statisticsOut));
  const memories = out.shape[3]! - outputs;
  const column = (k: number): Tensor =>
    tf.reshape(tf.slice(out, [0, 0, 0, k], [shops, nodes, nodes, 1]), [shops, nodes, nodes]);
  const node = tf.add(dense(second, params.nodeOut), params.nodeOutBias);
  const nodeColumn = (k: number): Tensor => tf.reshape(tf.slice(node, [0, 0, k], [shops, nodes, 1]), [shops, nodes]);
  return {
    evidence: column(0),
    effect: column(1),
    effectLogSd: column(2),
    memories: tf.softmax(tf.slice(out, [0, 0, 0, outputs], [shops, nodes, nodes, memories])),
    persistence: tf.tanh(nodeColumn(0)),
    logScale: nodeColumn(1),
  };
}
