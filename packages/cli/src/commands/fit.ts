import { throwIfCancelled, yieldToEventLoop } from "@mmm/core";
import { checkWritable, type LoadedPanel, openPanel } from "@mmm/data/node";
import { type Fit, type FitView, fitModel, type TrainingOptions, viewFit } from "@mmm/model";
import {
  addCalibrationOptions,
  addDataOptions,
  type DataFlags,
  type DataOptions,
  definedOnly,
  fitOptions,
  readDataOptions,
} from "../data-options/data-options.js";
import { chooseHoldout, describeHoldout } from "../data-options/holdout.js";
import { graphSource } from "../graph/graph-source.js";
import { composeModel, presetOption } from "../model-options/compose-model.js";
import { resumable } from "../model-options/resume.js";
import { writeFitFiles } from "../output/fit-files.js";
import { type AddCommand, action, addCommonOptions, type CommonFlags } from "../program/command.js";
import { startMeter } from "../runtime/meter.js";
import { fitSummary } from "../summary/fit-summary.js";
import { rolesText } from "../summary/roles-text.js";
import { writtenText } from "../summary/written-text.js";
import type { Run } from "../terminal/run.js";

type FitFlags = DataFlags & CommonFlags & { readonly out: string; readonly graph?: string; readonly resume?: boolean };

/** `mmm fit DATA --out DIR` */
export const addFit: AddCommand = (program, terminal) => {
  const command = program
    .command("fit <data>")
    .description("fit a marketing mix model to a CSV file, one row per region and period")
    .requiredOption("--out <directory>", "where to write the fit, result.json and report.html")
    .option("--title <text>", "heading of the report")
    .option(
      "--graph <source>",
      "which channels drive which, for total effects: an engine of `mmm graph`, notears-layer, granger-layer, a graph.json, or none",
    )
    .addOption(presetOption())
    .option("--resume", "go on with a run into the same directory that was stopped while a network trained");
  addCommonOptions(addCalibrationOptions(addDataOptions(command)))
    .addHelpText(
      "after",
      `
Roles that are not given are guessed from names and values, and printed.
Without --holdout the last tenth of the periods is held out.

Example:
  mmm fit sales.csv --kpi revenue --media '*_spend' --holdout 13 --out fit
  mmm fit sales.csv --preset deepCausal --out fit
  mmm fit sales.csv --preset deepCausal --out fit --resume
  mmm fit sales.csv --lift-tests tests.csv --prior 'tv: roi 0.5..3' --out fit`,
    )
    .action(action(terminal, fitCommand));
};

async function fitCommand(run: Run, flags: FitFlags, data: string): Promise<void> {
  const cost = startMeter();
  const options = readDataOptions(flags);
  checkWritable(flags.out);
  const loaded = await openPanel(data, options.load);
  const { json: _, quiet: __, out: ___, resume = false, ...told } = flags;
  const kept = resumable(flags.out, loaded.panel, { ...told, model: options.model }, resume);
  if (kept.told) run.say(`${kept.told}\n`);
  const { fit, view } = await kept.guard(fitPanel(run, loaded, options, cost, kept.training));
  const files = writeFitFiles(flags.out, fit, view);
  kept.done();
  run.emit("done", { directory: flags.out, files, result: view.result });
  run.say(`\n${fitSummary(view, run.width)}\n`);
  run.say(writtenText(flags.out, files, view, run.width));
}

/** Say what was read, fit it, and read the fit; everything between loading a table and writing files. */
export async function fitPanel(
  run: Run,
  { panel, roles, warnings }: LoadedPanel,
  options: DataOptions,
  cost: ReturnType<typeof startMeter>,
  training: TrainingOptions = {},
): Promise<{ readonly fit: Fit; readonly view: FitView }> {
  run.emit("roles", { roles, warnings });
  run.say(rolesText(roles, warnings, run.width));
  const holdout = chooseHoldout(panel, options.holdout);
  run.emit("holdout", holdout);
  run.say(`\n${describeHoldout(panel, holdout)}`);
  const model = fitOptions(options, panel);
  run.hooks.onProgress?.({ phase: "fit", step: 0, total: 0 });
  const graph = options.graph === undefined ? {} : { graph: graphSource(options.graph) };
  const { lags, burnIn, draws, interval, seed, liftTests, ...slots } = model;
  const { preset, temporal } = options;
  const fit = await fitModel(
    panel,
    composeModel({ preset, temporal, options: { ...slots, ...graph } }),
    {
      ...definedOnly({ lags, burnIn, draws, interval, seed, liftTests }),
      holdout: holdout.periods,
      say: run.say,
      training,
    },
    run.hooks,
  );
  const view = viewFit(fit, { ...(options.title !== undefined && { title: options.title }) });
  await yieldToEventLoop();
  throwIfCancelled(run.hooks);
  const { result } = view;
  const told = {
    ...result,
    diagnostics: [...result.diagnostics, ...warnings],
    runtime: { ...result.runtime, ...cost() },
  };
  return { fit, view: { ...view, result: told } };
}
