// The flags that say how to read a table, shared by every command that reads one, and what they mean together with a
// config file.

import { type Panel, usageError } from "@mmm/core";
import type { Holdout, LoadPanelOptions } from "@mmm/data";
import { readLiftTestsFile } from "@mmm/data/node";
import type { ChannelPriors, StructuralOptions } from "@mmm/model";
import { type Command, Option } from "commander";
import type { PresetName, TemporalChoice } from "../model-options/compose-model.js";
import { type Config, dataKeys, readConfigFile } from "./config-file.js";
import { parsePrior } from "./prior-option.js";

/** The flags as commander hands them over. */
export type DataFlags = Omit<Config, "model" | "holdout" | "priors"> & {
  readonly config?: string;
  readonly holdout?: Holdout;
  readonly prior?: ChannelPriors;
};

export interface DataOptions {
  readonly load: LoadPanelOptions;
  readonly model: StructuralOptions;
  readonly holdout: Holdout | undefined;
  readonly title: string | undefined;
  /** CSV file of lift tests. */
  readonly liftTests: string | undefined;
  /** Of a fit, see `graphSource`. */
  readonly graph?: string;
  readonly preset?: PresetName;
  /** How effects change over time. */
  readonly temporal?: TemporalChoice;
}

/** Add the flags about the table to a command. */
export function addDataOptions(command: Command): Command {
  const columns = "names or globs, comma separated";
  return command
    .option("--date <column>", "period of each row")
    .option("--geo <column>", "region, shop or brand of each row")
    .option("--kpi <column>", "what media are to explain")
    .option("--media <columns>", `paid channels, spend and exposure: ${columns}`)
    .option("--organic <columns>", "unpaid channels")
    .option("--treatments <columns>", "own actions that are not media, such as promotions")
    .option("--controls <columns>", "what else drives the KPI")
    .option("--population <column>", "population of each region")
    .option("--revenue-per-kpi <column>", "revenue of one unit of the KPI")
    .option("--context <columns>", "constant facts about each region")
    .option("--ignore <columns>", "columns to leave out")
    .option("--holdout <periods>", "last periods to test on: a count, a part below 1, or a date", parseHoldout)
    .option("--date-format <pattern>", "how dates are written, e.g. DD/MM/YYYY")
    .addOption(new Option("--decimal <mark>", "decimal mark").choices([".", ","]))
    .addOption(new Option("--delimiter <mark>", "column separator").choices([",", ";", "tab", "|"]))
    .addOption(
      new Option("--empty-cells <rule>", "refuse empty media cells, or take them as 0").choices(["error", "zero"]),
    )
    .option("--currency <code>", "currency of spend, e.g. EUR", parseCurrency)
    .option("--config <file>", "any of these as a JSON file; flags win");
}

/** Add the flags about what is known besides the data to a command that fits. */
export function addCalibrationOptions(command: Command): Command {
  return command
    .option("--lift-tests <file>", "CSV file of lift tests to calibrate with")
    .option(
      "--prior <belief>",
      "what you would believe of a channel, as in 'tv: roi 0.5..3' or 'tv: share 1%..10%'; repeatable",
      parsePrior,
    );
}

/** Flags and config file together. Throws `BAD_CONFIG`. */
export function readDataOptions(flags: DataFlags): DataOptions {
  const config: Config = flags.config === undefined ? {} : readConfigFile(flags.config);
  if (config.currency !== undefined) parseCurrency(config.currency);
  const pick = dataKeys.flatMap((key) => {
    const value = flags[key] ?? config[key];
    return value === undefined ? [] : [[key, value === "tab" ? "\t" : value]];
  });
  const holdout = flags.holdout ?? config.holdout;
  const priors = mergePriors(config.priors ?? {}, flags.prior ?? {});
  const graph = flags.graph ?? config.graph;
  const preset = flags.preset ?? config.preset;
  const { temporal, ...slots } = config.model ?? {};
  return {
    load: Object.fromEntries(pick),
    model: { ...definedOnly(slots), ...(priors && { priors }), seed: flags.seed ?? config.seed ?? 1 },
    holdout: typeof holdout === "string" ? parseHoldout(holdout) : holdout,
    title: flags.title ?? config.title,
    liftTests: flags.liftTests ?? config.liftTests,
    ...(graph !== undefined && { graph }),
    ...(preset !== undefined && { preset }),
    ...(temporal !== undefined && { temporal }),
  };
}

// An answer on the command line replaces the one to the same question in the file.
function mergePriors(config: ChannelPriors, flags: ChannelPriors): ChannelPriors | undefined {
  const names = [...new Set([...Object.keys(config), ...Object.keys(flags)])];
  if (names.length === 0) return undefined;
  return Object.fromEntries(
    names.map((name) => {
      const { roi, share } = { ...config[name], ...flags[name] };
      return [name, { ...(roi && { roi }), ...(share && { share }) }];
    }),
  );
}

/**
 * The options of a fit of this panel: those of the model, with the lift tests read.
 *
 * @throws MmmError naming file, row and column of a lift test that does not suit the panel
 */
export function fitOptions({ model, liftTests, load }: DataOptions, panel: Panel): StructuralOptions {
  if (liftTests === undefined) return model;
  const { decimal, dateFormat } = load;
  const reading = { ...(decimal && { decimal }), ...(dateFormat && { dateFormat }) };
  return { ...model, liftTests: readLiftTestsFile(liftTests, panel, reading) };
}

/** `13` periods, `0.1` of them, or from `2024-03-04` on. */
export function parseHoldout(text: string): Holdout {
  return /^-?[\d.]+$/.test(text) ? Number(text) : text;
}

/** The code of a currency, for `--currency`. Throws `BAD_OPTION`. */
export function parseCurrency(text: string): string {
  if (/^[A-Za-z]{3}$/.test(text)) return text;
  throw usageError("BAD_OPTION", `'${text}' is not a currency code.`, "Give three letters such as EUR or USD.");
}

/** The tag of a language and country, for `--locale`. Throws `BAD_OPTION`. */
export function parseLocale(text: string): string {
  try {
    return Intl.getCanonicalLocales(text)[0]!;
  } catch {
    throw usageError("BAD_OPTION", `'${text}' is not a locale.`, "Give a tag such as en-GB or de-DE.");
  }
}

/** A whole number, for `--seed`. Throws `BAD_OPTION`. */
export function parseSeed(text: string): number {
  if (/^-?\d{1,15}$/.test(text)) return Number(text);
  throw usageError("BAD_OPTION", `--seed is '${text}'; it must be a whole number.`, "Give a whole number such as 1.");
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };
/** Without the keys whose value is undefined. */
export const definedOnly = <T extends object>(object: T): Defined<T> =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>;
