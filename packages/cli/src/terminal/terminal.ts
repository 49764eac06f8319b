// Where a command writes and how it is interrupted. The real one wraps the process; tests pass their own, so every
// command can be run in process.

/** The few things a command needs of an output stream; `process.stdout` is one. */
export interface Output extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface Terminal {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Call the listener on each Ctrl-C; returns a function that stops listening. */
  onInterrupt(listener: () => void): () => void;
  /** End the program at once, with nothing cleaned up. */
  abandon(exitCode: number): void;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    onInterrupt(listener) {
      process.on("SIGINT", listener);
      return () => process.off("SIGINT", listener);
    },
    abandon: (exitCode) => process.exit(exitCode),
  };
}

/** Columns to write for: the terminal's, but no more than reads well and 80 where the width is not known. */
export function textWidth({ columns }: Output): number {
  return Math.max(60, Math.min(columns || 80, 100));
}
