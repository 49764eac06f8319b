import { MmmError } from "../errors/errors.js";

/** One step of long work, in plain words. `total` is 0 when it is not known. */
export interface ProgressEvent {
  readonly phase: string;
  readonly step: number;
  readonly total: number;
  readonly message?: string;
  readonly metrics?: Readonly<Record<string, number>>;
}

/** Ways to watch and stop long work. */
export interface RunHooks {
  readonly onProgress?: (event: ProgressEvent) => void;
  readonly signal?: AbortSignal;
}

/** Throw a `CANCELLED` error when the caller asked to stop; call it once per unit of work. */
export function throwIfCancelled(hooks: RunHooks | undefined): void {
  if (hooks?.signal?.aborted) {
    throw new MmmError("The run was cancelled.", { code: "CANCELLED", kind: "cancelled", cause: hooks.signal.reason });
  }
}

/** Let timers, signals and the terminal have a turn during synchronous work. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
