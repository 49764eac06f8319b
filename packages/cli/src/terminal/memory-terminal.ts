import { Writable } from "node:stream";
import type { Output, Terminal } from "./terminal.js";

export interface MemoryTerminal extends Terminal {
  /** What was written to standard output so far. */
  readonly out: () => string;
  /** What was written to standard error so far. */
  readonly err: () => string;
  /** The JSON lines of standard output. */
  readonly events: () => { readonly event: string; readonly [fact: string]: unknown }[];
  /** Press Ctrl-C. */
  readonly interrupt: () => void;
  /** Exit code of {@link Terminal.abandon}; null when it was not called. */
  readonly abandoned: () => number | null;
}

/**
 * A terminal that keeps what is written, for running commands in process.
 *
 * @param isTTY whether it takes itself for a screen, and so gets a progress bar
 * @example
 * const terminal = createMemoryTerminal();
 * await runCli(["inspect", "sales.csv"], terminal);
 * terminal.out();
 */
export function createMemoryTerminal({ isTTY = false }: { readonly isTTY?: boolean } = {}): MemoryTerminal {
  const listeners = new Set<() => void>();
  let abandoned: number | null = null;
  const stream = (): { readonly output: Output; readonly text: () => string } => {
    let text = "";
    const writable = new Writable({
      write(chunk, _encoding, done) {
        text += String(chunk);
        done();
      },
    });
    return { output: Object.assign(writable, { isTTY, columns: 80 }), text: () => text };
  };
  const stdout = stream();
  const stderr = stream();
  return {
    stdout: stdout.output,
    stderr: stderr.output,
    onInterrupt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    abandon: (exitCode) => {
      abandoned = exitCode;
    },
    out: stdout.text,
    err: stderr.text,
    events: () =>
      stdout
        .text()
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line)),
    interrupt: () => {
      for (const listener of [...listeners]) listener();
    },
    abandoned: () => abandoned,
  };
}
