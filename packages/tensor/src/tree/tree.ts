// Trees of leaves: a leaf, or an object whose values are trees. Parameters, gradients, optimiser state and the
// arguments of compiled functions are all such trees, so one small set of functions serves them all.
//
// A leaf is anything that is not a plain object of further trees: a tensor, an NdArray, a number, a typed array.
// Keys keep their insertion order, and every function here walks the tree in that order.

import type { Tree } from "@mmm/core";
import { usageError } from "@mmm/core";
import type { Tensor } from "@tensorflow/tfjs-core";

/** A plain tree of tensors. Declare your own shapes with `type`, not `interface`, so that they are assignable. */
export type ParameterTree = Tree<Tensor>;

/** Anything that a tree can hold at its ends. */
export type AnyLeaf = Tensor | number | ArrayBufferView | ArrayLeaf;
type ArrayLeaf = { readonly data: ArrayBufferView; readonly shape: readonly number[] };

/** The same tree with every leaf replaced by `Leaf`. */
export type WithLeaves<T, Leaf> = T extends AnyLeaf ? Leaf : { readonly [K in keyof T]: WithLeaves<T[K], Leaf> };

/** True for everything that is not an object of further trees. */
export function isLeaf(value: unknown): boolean {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return true;
  return "dataId" in value || ("data" in value && "shape" in value && Array.isArray(value.shape));
}

/**
 * Apply a function to every leaf; without an annotation leaves count as tensors. `name` is the path with dots, as in {@link flattenTree}.
 *
 * @example mapTree(params, (leaf) => tf.zerosLike(leaf))
 */
export function mapTree<T, Out, Leaf = Tensor>(tree: T, leaf: (value: Leaf, name: string) => Out): WithLeaves<T, Out> {
  const walk = (node: unknown, name: string): unknown => {
    if (isLeaf(node)) return leaf(node as Leaf, name);
    const out: Record<string, unknown> = {};
    for (const [key, child] of Object.entries(node as object)) out[key] = walk(child, name ? `${name}.${key}` : key);
    return out;
  };
  return walk(tree, "") as WithLeaves<T, Out>;
}

/**
 * Walk two trees of the same structure together.
 *
 * @throws MmmError `TREE_MISMATCH` naming the first place where they differ
 * @example zipTrees(params, gradients, (p, g) => tf.sub(p, tf.mul(0.1, g)))
 */
export function zipTrees<A, B, Out, LeafA = Tensor, LeafB = Tensor>(
  first: A,
  second: B,
  leaf: (a: LeafA, b: LeafB, name: string) => Out,
): WithLeaves<A, Out> {
  const walk = (a: unknown, b: unknown, name: string): unknown => {
    if (isLeaf(a) !== isLeaf(b)) throw mismatch(name, a, b);
    if (isLeaf(a)) return leaf(a as LeafA, b as LeafB, name);
    const left = a as Record<string, unknown>;
    const right = b as Record<string, unknown>;
    const keys = Object.keys(left);
    if (keys.length !== Object.keys(right).length || keys.some((key) => !(key in right))) throw mismatch(name, a, b);
    const out: Record<string, unknown> = {};
    for (const key of keys) out[key] = walk(left[key], right[key], name ? `${name}.${key}` : key);
    return out;
  };
  return walk(first, second, "") as WithLeaves<A, Out>;
}

/** The leaves in order. */
export function leavesOf<Leaf = Tensor>(tree: unknown): Leaf[] {
  const leaves: Leaf[] = [];
  mapTree(tree, (leaf: Leaf) => void leaves.push(leaf));
  return leaves;
}

/**
 * The leaves with their paths, for example `{ "gru.inputWeights": tensor }`. A tree that is a single leaf has the
 * path `""`.
 *
 * @throws MmmError `TREE_NAME` when a key holds a dot, because paths would be ambiguous
 */
export function flattenTree<Leaf = Tensor>(tree: unknown): Map<string, Leaf> {
  const named = new Map<string, Leaf>();
  mapTree(tree, (leaf: Leaf, name) => {
    if (named.has(name)) {
      throw usageError("TREE_NAME", `Two leaves have the path '${name}'.`, "Use no dots in the keys of a tree.");
    }
    named.set(name, leaf);
  });
  return named;
}

/**
 * Put named leaves back into the structure of `like`.
 *
 * @throws MmmError `TREE_MISMATCH` when a name is missing
 */
export function unflattenTree<T, Leaf>(like: T, named: ReadonlyMap<string, Leaf>): WithLeaves<T, Leaf> {
  return mapTree(like, (_, name) => {
    if (!named.has(name)) {
      throw usageError(
        "TREE_MISMATCH",
        `No value is given for '${name}'; given: ${[...named.keys()].join(", ")}.`,
        "Pass one value per leaf of the tree.",
      );
    }
    return named.get(name) as Leaf;
  });
}

function mismatch(name: string, a: unknown, b: unknown): Error {
  const show = (node: unknown): string => (isLeaf(node) ? "a leaf" : `{ ${Object.keys(node as object).join(", ")} }`);
  return usageError(
    "TREE_MISMATCH",
    `The trees differ at '${name || "the root"}': ${show(a)} against ${show(b)}.`,
    "Pass trees of the same structure.",
  );
}
