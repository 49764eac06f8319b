// Replicates on this thread, in pieces small enough to report and to stop between.

import { type RunHooks, yieldToEventLoop } from "@mmm/core";
import { type EdgeTally, mergeTallies } from "./edge-tally.js";
import type { Replicates } from "./replicates.js";

export interface Pieces {
  /** Replicates to run. */
  readonly missing: readonly number[];
  /** What earlier replicates gave. */
  readonly tally: EdgeTally;
  readonly onTally?: ((tally: EdgeTally) => void) | undefined;
}

/** Run the missing replicates, or as many as begin within `milliseconds`. */
export async function runHere(
  replicates: Replicates,
  { missing, tally: before, onTally }: Pieces,
  hooks: RunHooks | undefined,
  milliseconds: number = Number.POSITIVE_INFINITY,
): Promise<EdgeTally> {
  const total = before.replicates.length + missing.length;
  const begin = performance.now();
  let tally = before;
  let count = 1;
  for (let at = 0; at < missing.length && performance.now() - begin < milliseconds; ) {
    const start = performance.now();
    const numbers = missing.slice(at, at + count);
    const base = tally.replicates.length;
    tally = mergeTallies(
      tally,
      await replicates.run(numbers, {
        ...hooks,
        onProgress: (event) => hooks?.onProgress?.({ ...event, step: base + event.step, total }),
      }),
    );
    onTally?.(tally);
    at += numbers.length;
    count = nextCount(count, performance.now() - start);
    await yieldToEventLoop();
  }
  return tally;
}

/** How many replicates to run before the next report, aiming at a few reports a second. */
export function nextCount(count: number, milliseconds: number): number {
  return milliseconds < 100 ? 2 * count : milliseconds > 400 ? Math.max(1, count >> 1) : count;
}
