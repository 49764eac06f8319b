import { inspectPanel } from "@mmm/data";
import { openPanel } from "@mmm/data/node";
import { addDataOptions, type DataFlags, readDataOptions } from "../data-options/data-options.js";
import { chooseHoldout, describeHoldout } from "../data-options/holdout.js";
import { type AddCommand, action, addCommonOptions, type CommonFlags } from "../program/command.js";
import { qualityText } from "../summary/quality-text.js";
import { rolesText } from "../summary/roles-text.js";
import type { Run } from "../terminal/run.js";

/** `mmm inspect DATA` */
export const addInspect: AddCommand = (program, terminal) => {
  const command = program
    .command("inspect <data>")
    .description("say what a CSV file holds, what a model could learn from it, and what to mend first");
  addCommonOptions(addDataOptions(command)).action(action(terminal, inspect));
};

async function inspect(run: Run, flags: DataFlags & CommonFlags, data: string): Promise<void> {
  const options = readDataOptions(flags);
  const { panel, roles, warnings } = await openPanel(data, options.load);
  const holdout = chooseHoldout(panel, options.holdout);
  const quality = inspectPanel(panel, { holdout: holdout.periods });
  run.emit("inspection", { roles, warnings, holdout, quality });
  run.say(`${rolesText(roles, warnings, run.width)}\n`);
  run.say(`${qualityText(quality, run.width)}\n`);
  run.say(describeHoldout(panel, holdout));
}
