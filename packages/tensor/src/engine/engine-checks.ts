// What every engine must check in the same words.

import { MmmError } from "@mmm/core";
import { flattenTree } from "../tree/tree.js";

/** @throws MmmError `STATE_SHAPE` when a step changes the structure or the shapes of its state */
export function checkStateShapes(before: unknown, after: unknown): void {
  const forms = (tree: unknown): string =>
    [...flattenTree<{ readonly shape: readonly number[] }>(tree)]
      .map(([name, leaf]) => `${name || "state"} [${leaf.shape.join(", ")}]`)
      .sort()
      .join("; ");
  if (forms(before) === forms(after)) return;
  throw new MmmError(
    `A step must keep the shapes of its state.\n  before: ${forms(before)}\n  after: ${forms(after)}`,
    {
      code: "STATE_SHAPE",
      kind: "contract",
      fix: "Return a state of the same structure and shapes; put everything else into `outputs`.",
    },
  );
}

/** The life of a compiled function: `alive` throws `DISPOSED` once `dispose` was called; `free` runs once. */
export function lifetime(free: () => Promise<void>): { alive(): void; dispose(): Promise<void> } {
  let disposed = false;
  return {
    alive() {
      if (!disposed) return;
      throw new MmmError("This compiled function was disposed.", {
        code: "DISPOSED",
        kind: "usage",
        fix: "Compile it again, or dispose it later.",
      });
    },
    async dispose() {
      if (disposed) return;
      disposed = true;
      await free();
    },
  };
}
