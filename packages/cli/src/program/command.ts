import type { Command } from "commander";
import { parseSeed } from "../data-options/data-options.js";
import { type Run, type RunOptions, withRun } from "../terminal/run.js";
import type { Terminal } from "../terminal/terminal.js";

/** A command is a function that adds itself to the program; one file each in `commands/`. */
export type AddCommand = (program: Command, terminal: Terminal) => void;

/** The options that every command takes. */
export interface CommonFlags extends RunOptions {
  readonly seed?: number;
}

/** Add `--seed`, `--json` and `--quiet`. */
export function addCommonOptions(command: Command): Command {
  return command
    .option("--seed <number>", "seed of all random numbers", parseSeed)
    .option("--json", "one JSON event per line on standard output")
    .option("--quiet", "print errors only");
}

/** Make a commander action of work that gets a {@link Run}: the positional arguments, then the flags. */
export function action<F extends RunOptions>(
  terminal: Terminal,
  work: (run: Run, flags: F, ...positional: string[]) => Promise<void>,
): (...parsed: unknown[]) => Promise<void> {
  return async (...parsed) => {
    const flags = parsed.at(-2) as F;
    await withRun(terminal, flags, (run) => work(run, flags, ...(parsed.slice(0, -2) as string[])));
  };
}
