// A checkpoint is plain data: whatever stores typed arrays can store it, and training continues from it exactly.

import { usageError } from "@mmm/core";
import type { NdArray } from "../array/nd-array.js";

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
