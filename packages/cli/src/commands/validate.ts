import { join } from "node:path";
import { type Panel, throwIfCancelled, usageError } from "@mmm/core";
import { checkWritable, openPanel, writeFilesAtomic } from "@mmm/data/node";
import {
  type CrossValidation,
  crossValidate,
  type LeaveOneOut,
  leaveOneOut,
  type PlaceboTest,
  placeboTest,
  type RefitOptions,
  randomCommonCause,
  refitModel,
  refitStability,
  type Stability,
} from "@mmm/model";
import { Option } from "commander";
import {
  addCalibrationOptions,
  addDataOptions,
  type DataFlags,
  type DataOptions,
  definedOnly,
  fitOptions,
  readDataOptions,
} from "../data-options/data-options.js";
import { chooseHoldout } from "../data-options/holdout.js";
import { composeModel, presetOption } from "../model-options/compose-model.js";
import { type AddCommand, action, addCommonOptions, type CommonFlags } from "../program/command.js";
import { startMeter } from "../runtime/meter.js";
import { rolesText } from "../summary/roles-text.js";
import { crossValidationText, leaveOneOutText, placeboText, stabilityText } from "../summary/validation-text.js";
import type { Run } from "../terminal/run.js";

const allTests = ["origins", "placebo", "leave-one-out", "stability", "random-cause"] as const;
type Test = (typeof allTests)[number];

type ValidateFlags = DataFlags &
  CommonFlags & {
    readonly out: string;
    readonly origins: number;
    readonly horizon?: number;
    readonly tests?: readonly Test[];
    readonly refit: "full" | "structural";
  };

/** What `validation.json` holds; a test that was not asked for is null. */
interface Validation {
  readonly crossValidation: CrossValidation | null;
  readonly placebo: PlaceboTest | null;
  readonly leaveOneOut: LeaveOneOut | null;
  readonly stability: Stability | null;
  readonly randomCommonCause: Stability | null;
}

/** `mmm validate DATA --origins N --horizon H --out DIR` */
export const addValidate: AddCommand = (program, terminal) => {
  const command = program
    .command("validate <data>")
    .description("put the model to the test on a CSV file: forecasts from earlier dates, placebos, refits")
    .requiredOption("--out <directory>", "where to write validation.json")
    .option("--origins <number>", "dates to forecast from", (text) => wholeNumber("origins", text), 3)
    .option("--horizon <periods>", "periods to forecast from each", (text) => wholeNumber("horizon", text))
    .option("--tests <names>", `any of ${allTests.join(", ")}; default all`, parseTests)
    .addOption(presetOption())
    .addOption(
      new Option("--refit <part>", "refit the whole model, or only its structural part, with constant effects")
        .choices(["full", "structural"])
        .default("full"),
    );
  addCommonOptions(addCalibrationOptions(addDataOptions(command)))
    .addHelpText(
      "after",
      `
Every test refits the model: once per origin, twice per channel, and a few times
more. A model with a network (--preset deepCausal) is trained anew each time,
unless --refit structural leaves the network out.
Without --horizon it is as long as the holdout of 'mmm fit'.

Example:
  mmm validate sales.csv --origins 4 --horizon 13 --out validation`,
    )
    .action(action(terminal, validate));
};

async function validate(run: Run, flags: ValidateFlags, data: string): Promise<void> {
  const cost = startMeter();
  const options = readDataOptions(flags);
  checkWritable(flags.out);
  const { panel, roles, warnings } = await openPanel(data, options.load);
  run.emit("roles", { roles, warnings });
  run.say(rolesText(roles, warnings, run.width));
  const horizon = flags.horizon ?? defaultHorizon(panel, options);
  const found = await runTests(run, panel, refitted(run, options, panel, flags.refit), {
    tests: flags.tests ?? allTests,
    origins: flags.origins,
    horizon,
  });
  throwIfCancelled(run.hooks);
  const validation = {
    schema: "mmm.validation/v1",
    kpi: panel.roles.kpi,
    units: panel.units.length,
    periods: panel.periods.length,
    ...found,
    runtime: { seed: options.model.seed, ...cost() },
  };
  writeFilesAtomic(flags.out, { "validation.json": `${JSON.stringify(validation, null, 2)}\n` });
  run.emit("done", { directory: flags.out, files: ["validation.json"], validation });
  const { seconds, peakRssMb } = validation.runtime;
  run.say(`\nWritten: ${join(flags.out, "validation.json")}`);
  run.say(`Took ${seconds.toFixed(1)} s and ${peakRssMb.toFixed(0)} MB of memory.`);
}

// The model as flags and config file describe it.
function refitted(run: Run, options: DataOptions, panel: Panel, part: ValidateFlags["refit"]): RefitOptions {
  const { lags, burnIn, draws, interval, seed, liftTests, ...slots } = fitOptions(options, panel);
  const { preset, temporal } = options;
  const model = composeModel({ preset, temporal: part === "structural" ? "constant" : temporal, options: slots });
  const given = refitModel(model, {
    ...definedOnly({ lags, burnIn, draws, interval, seed, liftTests }),
    say: run.say,
  });
  if (given.refit) run.say("\nEvery refit trains the network anew; --refit structural is faster.");
  return given;
}

// Each result is printed when it is there, so that a long run can be read while it goes on.
async function runTests(
  run: Run,
  panel: Panel,
  model: RefitOptions,
  { tests, origins, horizon }: { readonly tests: readonly Test[]; readonly origins: number; readonly horizon: number },
): Promise<Validation> {
  const { hooks, width } = run;
  const when = async <T>(test: Test, work: () => Promise<T>, text: (result: T, width: number) => string) => {
    if (!tests.includes(test)) return null;
    const result = await work();
    run.say(`\n${text(result, width)}`);
    return result;
  };
  const { currency = null, frequency } = panel;
  const look = { currency, frequency };
  const manyChannels = panel.roles.channels.length > 1;
  if (!manyChannels && tests.includes("leave-one-out")) run.say("\nOnly one channel: there is none to leave out.");
  return {
    crossValidation: await when(
      "origins",
      () => crossValidate(panel, model, { origins, horizon }, hooks),
      (result, columns) => crossValidationText(result, look, columns),
    ),
    placebo: await when("placebo", () => placeboTest(panel, model, {}, hooks), placeboText),
    leaveOneOut: manyChannels
      ? await when(
          "leave-one-out",
          () => leaveOneOut(panel, { ...model, holdout: horizon }, hooks),
          (result, columns) => leaveOneOutText(result, look, columns),
        )
      : null,
    stability: await when("stability", () => refitStability(panel, model, {}, hooks), stabilityText),
    randomCommonCause: await when("random-cause", () => randomCommonCause(panel, model, hooks), stabilityText),
  };
}

function defaultHorizon(panel: Panel, { holdout }: DataOptions): number {
  const { periods } = chooseHoldout(panel, holdout);
  if (periods > 0) return periods;
  throw usageError(
    "BAD_OPTION",
    "The data are too short for a horizon by default.",
    "Give one with --horizon, or leave the tests on earlier dates out with --tests.",
  );
}

function wholeNumber(flag: string, text: string): number {
  if (/^\d{1,6}$/.test(text) && Number(text) > 0) return Number(text);
  throw usageError(
    "BAD_OPTION",
    `--${flag} is '${text}'; it must be a whole number above 0.`,
    `Give --${flag} 4, say.`,
  );
}

function parseTests(text: string): readonly Test[] {
  return text.split(",").map((part) => {
    const test = allTests.find((name) => name === part.trim());
    if (test !== undefined) return test;
    throw usageError(
      "BAD_OPTION",
      `--tests names '${part.trim()}', which is no test; there are: ${allTests.join(", ")}.`,
      "Correct the name.",
    );
  });
}
