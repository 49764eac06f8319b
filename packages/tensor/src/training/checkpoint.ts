// A checkpoint is plain data: whatever stores typed arrays can store it, and training continues from it exactly.

import { usageError } from "@mmm/core";
import type { NdArray } from "../array/nd-array.js";
import { readSafetensors, writeSafetensors } from "../array/safetensors.js";
import { flattenTree, isLeaf } from "../tree/tree.js";

/** A tree of plain arrays. */
export type ArrayTree = NdArray | { readonly [name: string]: ArrayTree };

export interface BestParams {
  readonly step: number;
  readonly validation: number;
  readonly params: ArrayTree;
}

/** Everything that training needs to continue as if it had never stopped. */
export interface TrainingCheckpoint {
  readonly specVersion: "v1";
  /** Steps done. */
  readonly step: number;
  readonly seed: number;
  readonly params: ArrayTree;
  readonly optimiser: ArrayTree;
  readonly best: BestParams | null;
  /** Checks of the validation loss since it last improved. */
  readonly waited: number;
}

/** @throws MmmError `CHECKPOINT` when it is of another version or seed */
export function checkCheckpoint(checkpoint: TrainingCheckpoint, seed: number): void {
  if (checkpoint.specVersion !== "v1" || checkpoint.seed !== seed) {
    throw usageError(
      "CHECKPOINT",
      `The checkpoint has version '${checkpoint.specVersion}' and seed ${checkpoint.seed}; this run has 'v1' and seed ${seed}.`,
      "Resume with the seed and the package version of the interrupted run.",
    );
  }
}

/** A checkpoint as the bytes of a safetensors file. */
export function encodeCheckpoint(checkpoint: TrainingCheckpoint): Uint8Array {
  const { params, optimiser, best, ...rest } = checkpoint;
  const tree = { params, optimiser, ...(best && { best: best.params }) };
  const state = { ...rest, best: best && { step: best.step, validation: best.validation }, form: formOf(tree) };
  return writeSafetensors(flattenTree<NdArray>(tree), { "mmm.checkpoint": JSON.stringify(state) });
}

/** @throws MmmError `SAFETENSORS` or `CHECKPOINT` when the bytes are not a checkpoint */
export function decodeCheckpoint(bytes: Uint8Array): TrainingCheckpoint {
  const { arrays, metadata } = readSafetensors(bytes);
  const text = metadata["mmm.checkpoint"];
  if (text === undefined) {
    throw usageError(
      "CHECKPOINT",
      "This safetensors file is not a checkpoint.",
      "Pass the file of an interrupted run.",
    );
  }
  const { form, best, ...rest } = JSON.parse(text);
  const tree = restored(form, "", arrays) as { params: ArrayTree; optimiser: ArrayTree; best?: ArrayTree };
  return {
    ...rest,
    params: tree.params,
    optimiser: tree.optimiser,
    best: best && { ...best, params: tree.best },
  };
}

// The structure of a tree, with null at its leaves: flat names alone do not show empty branches.
type Form = null | { readonly [name: string]: Form };

function formOf(tree: ArrayTree): Form {
  if (isLeaf(tree)) return null;
  return Object.fromEntries(Object.entries(tree).map(([name, child]) => [name, formOf(child as ArrayTree)]));
}

function restored(form: Form, path: string, arrays: ReadonlyMap<string, NdArray>): ArrayTree {
  if (form === null) return arrays.get(path)!;
  const at = (name: string): string => (path ? `${path}.${name}` : name);
  return Object.fromEntries(Object.entries(form).map(([name, child]) => [name, restored(child, at(name), arrays)]));
}
