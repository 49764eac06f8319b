import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { usageError } from "@mmm/core";
import { checkWritable, openPanel, writeFileAtomic } from "@mmm/data/node";
import { priorQuestions } from "@mmm/model";
import { addDataOptions, type DataFlags, readDataOptions } from "../data-options/data-options.js";
import { chooseHoldout } from "../data-options/holdout.js";
import { type AddCommand, action, addCommonOptions, type CommonFlags } from "../program/command.js";
import { rolesText } from "../summary/roles-text.js";
import type { Run } from "../terminal/run.js";
import { wrap } from "../terminal/wrap.js";

type PriorsFlags = DataFlags & CommonFlags & { readonly out: string; readonly force?: boolean };

/** `mmm priors DATA --out FILE` */
export const addPriors: AddCommand = (program, terminal) => {
  const command = program
    .command("priors <data>")
    .description("write a config file with one question per channel, for you to answer before a fit")
    .option("--out <file>", "config file to write", "priors.json")
    .option("--force", "replace the file if there is one");
  addCommonOptions(addDataOptions(command))
    .addHelpText(
      "after",
      `
Each question has a range that hardly says anything. Narrow those you know
something about: nine times in ten the truth should lie inside. Delete the rest.

Example:
  mmm priors sales.csv --out priors.json
  mmm fit sales.csv --config priors.json --out fit`,
    )
    .action(action(terminal, priors));
};

async function priors(run: Run, flags: PriorsFlags, data: string): Promise<void> {
  const options = readDataOptions(flags);
  checkWritable(dirname(flags.out));
  if (existsSync(flags.out) && !flags.force) {
    throw usageError(
      "FILE_EXISTS",
      `'${flags.out}' is there already.`,
      "Name another file, or replace it with --force.",
    );
  }
  const { panel, roles, warnings } = await openPanel(data, options.load);
  const holdout = chooseHoldout(panel, options.holdout);
  const answered = options.model.priors ?? {};
  const questions = Object.entries(priorQuestions(panel, { holdout: holdout.periods })).map(
    ([name, { question, ...range }]) => [name, { question, ...(answered[name] ?? range) }] as const,
  );
  const config = {
    ...options.load,
    ...(options.holdout !== undefined && { holdout: options.holdout }),
    ...(options.title !== undefined && { title: options.title }),
    priors: Object.fromEntries(questions),
  };
  writeFileAtomic(flags.out, `${JSON.stringify(config, null, 2)}\n`);
  run.emit("done", { file: flags.out, config });
  run.say(`${rolesText(roles, warnings, run.width)}\n`);
  for (const [, { question }] of questions) run.say(wrap(question, { width: run.width, hanging: "  " }));
  run.say(
    `\n${wrap(`Written: ${flags.out}. Narrow the ranges there that you know something about, delete the rest, and fit with --config ${flags.out}.`, { width: run.width })}`,
  );
}
