// A recurrence of your own, differentiable: one step written with tfjs operations, run over time. The gradient runs
// the steps again in reverse from the saved states, so memory holds one state per step and no intermediate values.

import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { defineKernel, gradientsWithin, type Tensors } from "../kernel/define-kernel.js";
import type { ParameterTree } from "../tree/tree.js";
import { flattenTree, leavesOf, unflattenTree } from "../tree/tree.js";
import { loop } from "./loop.js";

/** What one step returns: the next carry, of the same structure and shapes, and what to collect. */
export interface ScanStep<Carry, Output> {
  readonly carry: Carry;
  readonly output: Output;
}

/**
 * Run a step over the first axis of `xs`.
 *
 * @param step pure function of the parameters, the carry, and the slice of `xs` at one time. It must take every tensor
 *   that needs a gradient from its arguments; tensors from outside count as constants.
 * @param xs tree of tensors with time first
 * @param options.reverse run backwards in time; outputs keep their places
 * @returns the last carry, and the outputs of all steps stacked along a new first axis
 * @example
 * // y[t] = decay · y[t − 1] + x[t]
 * const { outputs } = scan(
 *   (p: { decay: Tensor }, y: Tensor, x: Tensor) => {
 *     const next = tf.add(tf.mul(p.decay, y), x);
 *     return { carry: next, output: next };
 *   },
 *   { decay }, tf.zeros([units]), x,
 * );
 */
export function scan<
  Params extends ParameterTree | Readonly<Record<string, never>>,
  Carry extends ParameterTree,
  Xs extends ParameterTree,
  Output extends ParameterTree,
>(
  step: (params: Params, carry: Carry, x: Xs) => ScanStep<Carry, Output>,
  params: Params,
  initial: Carry,
  xs: Xs,
  options: { readonly reverse?: boolean } = {},
): { readonly carry: Carry; readonly outputs: Output } {
  const groups = { params, carry: initial, xs };
  let outputTree: unknown;
  const flatStep: FlatStep = (paramLeaves, carryLeaves, xLeaves) => {
    const rebuilt = (tree: unknown, leaves: readonly Tensor[]): never => {
      const names = [...flattenTree(tree).keys()];
      return unflattenTree(tree, new Map(names.map((name, i) => [name, leaves[i]!]))) as never;
    };
    const result = step(rebuilt(params, paramLeaves), rebuilt(initial, carryLeaves), rebuilt(xs, xLeaves));
    outputTree = result.output;
    // The carry in the order of the initial one, whatever order the step writes its keys in.
    const named = flattenTree(result.carry);
    return {
      carry: [...flattenTree(initial).keys()].map((name) => named.get(name)!),
      outputs: leavesOf(result.output),
    };
  };
  const inputs: Record<string, Tensor> = {};
  const counts = {} as Record<keyof typeof groups, number>;
  for (const [group, tree] of Object.entries(groups)) {
    const leaves = leavesOf(tree);
    counts[group as keyof typeof groups] = leaves.length;
    for (const [i, leaf] of leaves.entries()) inputs[`${group}.${i}`] = leaf;
  }
  // The number of outputs of the kernel is only known once the step has run, and so is their structure.
  const all = scanKernel(counts)(inputs, { step: flatStep, counts, reverse: options.reverse ?? false });
  const names = (tree: unknown): string[] => [...flattenTree(tree).keys()];
  const take = (tree: unknown, from: number): never =>
    unflattenTree(tree, new Map(names(tree).map((name, i) => [name, all[from + i]!]))) as never;
  return { carry: take(initial, 0), outputs: take(outputTree, counts.carry) };
}

type FlatStep = (
  params: readonly Tensor[],
  carry: readonly Tensor[],
  x: readonly Tensor[],
) => { readonly carry: readonly Tensor[]; readonly outputs: readonly Tensor[] };

interface ScanAttributes {
  readonly step: FlatStep;
  readonly counts: Readonly<Record<"params" | "carry" | "xs", number>>;
  readonly reverse: boolean;
}

const mostOutputs = 1024;
const kernels = new Map<string, ReturnType<typeof defineKernel<ScanAttributes>>>();

// Which inputs a kernel saves is fixed at registration, so there is one kernel per combination of leaf counts.
function scanKernel(counts: ScanAttributes["counts"]): ReturnType<typeof defineKernel<ScanAttributes>> {
  const name = `MmmScan_${counts.params}_${counts.carry}_${counts.xs}`;
  const known = kernels.get(name);
  if (known) return known;
  const kernel = defineKernel<ScanAttributes>({
    name,
    forward(inputs, { step, reverse }) {
      const [params, initial, xs] = grouped(inputs, counts);
      const { carry, outputs } = loop(
        (state, slices) => {
          const result = step(params, state, slices);
          // The states before each step, for the gradient.
          return { carry: result.carry, outputs: [...result.outputs, ...state] };
        },
        initial,
        xs,
        { reverse },
      );
      return [...carry, ...outputs];
    },
    gradient: {
      saveInputs: [...inputNames(counts, "params"), ...inputNames(counts, "xs")],
      // All, because the states come last and their position depends on the step.
      saveOutputs: Array<boolean>(mostOutputs).fill(true),
      backward: (dy, { inputs, outputs }, attributes) => backward(dy, inputs, outputs, attributes),
    },
  });
  kernels.set(name, kernel);
  return kernel;
}

function backward(
  dy: readonly (Tensor | undefined)[],
  inputs: Tensors,
  saved: readonly Tensor[],
  { step, counts, reverse }: ScanAttributes,
): Record<string, () => Tensor> {
  const params = inputNames(counts, "params").map((name) => inputs[name]!);
  const xs = inputNames(counts, "xs").map((name) => inputs[name]!);
  const states = saved.slice(saved.length - counts.carry);
  const outputCount = saved.length - 2 * counts.carry;
  const zerosOr = (gradient: Tensor | undefined, like: Tensor): Tensor => gradient ?? tf.zerosLike(like);
  const dCarryLast = saved.slice(0, counts.carry).map((like, i) => zerosOr(dy[i], like));
  const collected = saved.slice(counts.carry, counts.carry + outputCount);
  const dOutputs = collected.map((like, i) => zerosOr(dy[counts.carry + i], like));

  const { carry, outputs } = loop(
    (accumulated, slices) => {
      const dCarry = accumulated.slice(0, counts.carry);
      const dParams = accumulated.slice(counts.carry);
      const state = slices.slice(0, counts.carry);
      const x = slices.slice(counts.carry, counts.carry + counts.xs);
      const dOutput = slices.slice(counts.carry + counts.xs);
      const leaves = [...params, ...state, ...x];
      // The gradient of Σ dy · y is the product of dy with the Jacobian.
      const gradients = gradientsWithin(() => {
        const result = step(params, state, x);
        const incoming = [...dCarry, ...dOutput];
        return tf.addN([...result.carry, ...result.outputs].map((y, i) => tf.sum(tf.mul(y, incoming[i]!))));
      }, leaves);
      const ofParams = gradients.slice(0, counts.params).map((g, i) => tf.add(dParams[i]!, g));
      return {
        carry: [...gradients.slice(counts.params, counts.params + counts.carry), ...ofParams],
        outputs: gradients.slice(counts.params + counts.carry),
      };
    },
    [...dCarryLast, ...params.map((leaf) => tf.zerosLike(leaf))],
    [...states, ...xs, ...dOutputs],
    { reverse: !reverse },
  );
  const named: Record<string, () => Tensor> = {};
  for (const [i, name] of inputNames(counts, "carry").entries()) named[name] = () => tf.clone(carry[i]!);
  for (const [i, name] of inputNames(counts, "params").entries())
    named[name] = () => tf.clone(carry[counts.carry + i]!);
  for (const [i, name] of inputNames(counts, "xs").entries()) named[name] = () => tf.clone(outputs[i]!);
  return named;
}

function inputNames(counts: ScanAttributes["counts"], group: "params" | "carry" | "xs"): string[] {
  return Array.from({ length: counts[group] }, (_, i) => `${group}.${i}`);
}

function grouped(inputs: Tensors, counts: ScanAttributes["counts"]): readonly [Tensor[], Tensor[], Tensor[]] {
  const of = (group: "params" | "carry" | "xs"): Tensor[] => inputNames(counts, group).map((name) => inputs[name]!);
  return [of("params"), of("carry"), of("xs")];
}
