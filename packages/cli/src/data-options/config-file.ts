// `--config FILE`: the options of a fit as a JSON file, for keeping beside the data. Flags win over the file.

import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type MmmError, usageError } from "@mmm/core";
import type { LoadPanelOptions } from "@mmm/data";
import type { ChannelPriors, StructuralOptions } from "@mmm/model";
import { z } from "zod";
import { type PresetName, presetNames, type TemporalChoice, temporalSchema } from "../model-options/compose-model.js";

/** Options of `loadPanel` that a config file may hold; each is also a flag. */
type DataKey =
  | "date"
  | "geo"
  | "kpi"
  | "media"
  | "organic"
  | "treatments"
  | "controls"
  | "population"
  | "revenuePerKpi"
  | "context"
  | "ignore"
  | "dateFormat"
  | "decimal"
  | "delimiter"
  | "emptyCells"
  | "currency";

/** Settings of the model that a config file may hold. */
type ModelKey =
  | "carryover"
  | "saturation"
  | "lags"
  | "burnIn"
  | "harmonics"
  | "level"
  | "commonShocks"
  | "mediaCeiling"
  | "huber"
  | "draws"
  | "interval";

type Some<T, K extends keyof T> = { readonly [P in K]?: T[P] | undefined };

/** What a config file may hold. Every key is optional. */
export interface Config extends Some<LoadPanelOptions, DataKey> {
  readonly holdout?: number | string | undefined;
  readonly seed?: number | undefined;
  readonly title?: string | undefined;
  /** CSV file of lift tests, relative to the config file. */
  readonly liftTests?: string | undefined;
  readonly priors?: ChannelPriors | undefined;
  /** As `--graph` of `mmm fit`. */
  readonly graph?: string | undefined;
  /** The model that `model` changes. */
  readonly preset?: PresetName | undefined;
  readonly model?: (Some<StructuralOptions, ModelKey> & { readonly temporal?: TemporalChoice | undefined }) | undefined;
}

const columns = z.union([z.string(), z.array(z.string())]);
const perChannel = z.union([z.string(), z.record(z.string(), z.string())]);

const dataShape = {
  date: z.string(),
  geo: z.string(),
  kpi: z.string(),
  media: columns,
  organic: columns,
  treatments: columns,
  controls: columns,
  population: z.string(),
  revenuePerKpi: z.string(),
  context: columns,
  ignore: columns,
  dateFormat: z.string(),
  decimal: z.enum([".", ","]),
  delimiter: z.enum([",", ";", "\t", "|"]),
  emptyCells: z.enum(["error", "zero"]),
  currency: z.string(),
} satisfies Record<DataKey, z.ZodType>;

const modelShape = {
  carryover: perChannel,
  saturation: perChannel,
  lags: z.int(),
  burnIn: z.int(),
  harmonics: z.int(),
  level: z.boolean(),
  commonShocks: z.boolean(),
  mediaCeiling: z.number().positive().max(1),
  huber: z.number().positive(),
  draws: z.int(),
  interval: z.number().gt(0).lt(1),
} satisfies Record<ModelKey, z.ZodType>;

/** Keys of a config file that say how to read the data. */
export const dataKeys: readonly DataKey[] = Object.keys(dataShape) as DataKey[];

const range = (what: string) =>
  z.tuple([z.number(), z.number()]).describe(`${what}, low and high: 90 % sure that it lies between them.`);

const prior = z.strictObject({
  question: z.string().describe("For people; not read.").optional(),
  roi: range("Return per unit of spend over the training periods").exactOptional(),
  share: range("Part of the KPI over the training periods, 0 to 1").exactOptional(),
});

const schema = z.strictObject({
  $schema: z.string().optional(),
  ...z.object(dataShape).partial().shape,
  holdout: z.union([z.number(), z.string()]).optional(),
  seed: z.int().optional(),
  title: z.string().optional(),
  liftTests: z.string().describe("CSV file of lift tests, relative to this file.").optional(),
  priors: z
    .record(z.string(), prior)
    .describe("By channel: what return, or what part of the KPI, would not surprise you?")
    .optional(),
  graph: z.string().optional(),
  preset: z.enum(presetNames).describe("The model that `model` changes; default structural.").optional(),
  model: z
    .strictObject({ ...modelShape, temporal: temporalSchema.describe("How effects change over time.") })
    .partial()
    .optional(),
});

/** Checks a parsed config file; unknown keys are refused. */
export const configSchema: z.ZodType<Config> = schema;

/** The JSON Schema (draft 2020-12) of a config file. */
export function configJsonSchema(): object {
  return z.toJSONSchema(schema, { io: "input" });
}

/**
 * Read and check a config file.
 *
 * @throws MmmError `BAD_CONFIG` of kind `usage`, naming the file and every key that is wrong
 */
export function readConfigFile(path: string): Config {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw badConfig(path, (cause as Error).message);
  }
  const { data, error } = configSchema.safeParse(json);
  if (error === undefined) {
    const { liftTests, ...rest } = data;
    return liftTests === undefined ? rest : { ...rest, liftTests: resolve(dirname(path), liftTests) };
  }
  const faults = error.issues.map(({ path: keys, message }) =>
    keys.length === 0 ? message : `${keys.join(".")}: ${message}`,
  );
  throw badConfig(path, faults.join("; "));
}

function badConfig(path: string, why: string): MmmError {
  const data = dataKeys.join(", ");
  return usageError(
    "BAD_CONFIG",
    `The config file '${path}' cannot be used: ${why}.`,
    `Write one JSON object with any of: ${data}, holdout, seed, title, graph, liftTests, priors, preset, model. In model: ${Object.keys(modelShape).join(", ")}, temporal.`,
  );
}
