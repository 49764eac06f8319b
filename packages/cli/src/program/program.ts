import { Command } from "commander";
import { addBenchmark } from "../commands/benchmark.js";
import { addDemo } from "../commands/demo.js";
import { addFit } from "../commands/fit.js";
import { addGraph } from "../commands/graph.js";
import { addInspect } from "../commands/inspect.js";
import { addOptimize } from "../commands/optimize.js";
import { addPredict } from "../commands/predict.js";
import { addPriors } from "../commands/priors.js";
import { addReport } from "../commands/report.js";
import { addValidate } from "../commands/validate.js";
import { cliVersion } from "../runtime/versions.js";
import { type Terminal, textWidth } from "../terminal/terminal.js";
import type { AddCommand } from "./command.js";

/** The commands in the order of `mmm --help`. */
const commands: readonly AddCommand[] = [
  addDemo,
  addFit,
  addGraph,
  addInspect,
  addOptimize,
  addPredict,
  addPriors,
  addReport,
  addValidate,
  addBenchmark,
];

/** The `mmm` program on a terminal. It throws instead of ending the process. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command("mmm")
    .description("Marketing mix modelling: what each channel brings, how sure that is, and what to do.")
    .version(cliVersion)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      getOutHelpWidth: () => textWidth(terminal.stdout),
      getErrHelpWidth: () => textWidth(terminal.stderr),
    })
    .showHelpAfterError("Run the command with --help for its options.");
  for (const add of commands) add(program, terminal);
  return program;
}
