// The program as a function from arguments to an exit code: 0 success, 1 failure, 2 bad usage or bad data, 130
// cancelled.

import { formatError, isMmmError, type MmmError } from "@mmm/core";
import { CommanderError } from "commander";
import { processTerminal, type Terminal, textWidth } from "../terminal/terminal.js";
import { wrap } from "../terminal/wrap.js";
import { createProgram } from "./program.js";

/**
 * Run `mmm` with the given arguments.
 *
 * @param args without the program's own name
 * @returns the exit code
 * @example process.exitCode = await runCli(["fit", "sales.csv", "--out", "fit"]);
 */
export async function runCli(args: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  try {
    await createProgram(terminal).parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    const { code, exitCode, text, facts } = explain(error);
    if (args.includes("--json") && exitCode !== 0) {
      terminal.stdout.write(`${JSON.stringify({ event: "error", code, exitCode, ...facts })}\n`);
    }
    if (text !== "") {
      terminal.stderr.write(`${wrap(text, { width: textWidth(terminal.stderr), hanging: "  " })}\n`);
    }
    return exitCode;
  }
}

interface Explained {
  readonly code: string;
  readonly exitCode: number;
  /** For standard error; empty when it has been printed already. */
  readonly text: string;
  readonly facts: object;
}

function explain(error: unknown): Explained {
  if (error instanceof CommanderError) {
    const exitCode = error.exitCode === 0 ? 0 : 2;
    return { code: "USAGE", exitCode, text: "", facts: { kind: "usage", message: error.message } };
  }
  if (isMmmError(error)) return explainOwn(error);
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return {
    code: "UNEXPECTED",
    exitCode: 1,
    text: `Unexpected error, which is a fault of this program: ${stack ?? message}`,
    facts: { message },
  };
}

function explainOwn(error: MmmError): Explained {
  const { code, kind, message, fix, place } = error;
  if (kind === "cancelled") {
    return { code, exitCode: 130, text: `Cancelled. ${fix ?? "Nothing was written."}`, facts: { kind, message } };
  }
  const exitCode = kind === "data" || kind === "usage" ? 2 : 1;
  return { code, exitCode, text: `Error: ${formatError(error)}`, facts: { kind, message, fix, place } };
}
