// One run of one command: what it says, to whom, and how it is stopped. Text for people goes to standard output,
// progress to standard error; with `--json`, standard output carries one JSON object per line and nothing else.

import type { ProgressEvent, RunHooks } from "@mmm/core";
import { createProgressBar } from "./progress-bar.js";
import { type Terminal, textWidth } from "./terminal.js";

export interface RunOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export interface Run {
  /** Progress and cancellation for long work. */
  readonly hooks: RunHooks;
  /** Columns to write for. */
  readonly width: number;
  /** Text for people; nothing under `--quiet` or `--json`. */
  say(text: string): void;
  /** An event for programs: `{ event: name, … }` on a line of its own; nothing without `--json`. */
  emit(name: string, facts: object): void;
}

/** A second Ctrl-C sooner than this is the same keypress, passed on by a parent such as npm. */
const sameKeypressMs = 700;

/**
 * Do `work` with a {@link Run}. The first Ctrl-C cancels through `hooks.signal`; a later one ends the program at once
 * with exit code 130.
 */
export async function withRun(
  terminal: Terminal,
  { json = false, quiet = false }: RunOptions,
  work: (run: Run) => Promise<void>,
): Promise<void> {
  const { stdout, stderr } = terminal;
  const bar = !json && !quiet && stderr.isTTY === true ? createProgressBar(stderr) : null;
  const emit = (event: string, facts: object): void => {
    if (json) stdout.write(`${JSON.stringify({ event, ...facts })}\n`);
  };
  const controller = new AbortController();
  let firstInterrupt = 0;
  const stopListening = terminal.onInterrupt(() => {
    if (firstInterrupt === 0) {
      firstInterrupt = performance.now();
      bar?.clear();
      if (!quiet) stderr.write("Stopping after this step; press Ctrl-C again to stop at once.\n");
      controller.abort();
    } else if (performance.now() - firstInterrupt > sameKeypressMs) {
      bar?.clear();
      terminal.abandon(130);
    }
  });
  try {
    await work({
      width: textWidth(stdout),
      hooks: {
        signal: controller.signal,
        onProgress: (event: ProgressEvent) => {
          emit("progress", event);
          if (!controller.signal.aborted) bar?.show(event);
        },
      },
      say(text) {
        bar?.clear();
        if (!json && !quiet) stdout.write(`${text}\n`);
      },
      emit,
    });
  } finally {
    bar?.clear();
    stopListening();
  }
}
