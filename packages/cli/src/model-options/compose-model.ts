// The model that flags and config file ask for: a preset, with slots replaced.

import {
  constantEffects,
  type Model,
  networkEffects,
  presets,
  type StructuralOptions,
  walkingEffects,
} from "@mmm/model";
import { gruPath, knotPath, localLevel } from "@mmm/temporal-gru";
import { Option } from "commander";
import { z } from "zod";

export type PresetName = keyof typeof presets;
export const presetNames: readonly ["structural", "national", "deepCausal"] = ["structural", "national", "deepCausal"];

/** `--preset` of the commands that fit. */
export function presetOption(): Option {
  return new Option("--preset <model>", "which model: structural (default), national, deepCausal").choices(presetNames);
}

/** How effects change over time, as a config file says it. */
export type TemporalChoice =
  | "constant"
  | "walking"
  | "gru"
  | "localLevel"
  | "knots"
  | { readonly kind: "constant" }
  | { readonly kind: "walking"; readonly range?: number; readonly perYear?: number; readonly knotsPerYear?: number }
  | {
      readonly kind: "gru";
      readonly range?: number;
      readonly hidden?: number;
      readonly layers?: number;
      readonly dropout?: number;
      readonly stepScale?: number;
    }
  | { readonly kind: "localLevel"; readonly range?: number; readonly stepScale?: number }
  | { readonly kind: "knots"; readonly range?: number; readonly spacing?: number; readonly stepScale?: number };

const range = z.number().positive().describe("An effect can grow to 1 + range times its average. Default 1.");
const step = z.number().positive().describe("Typical change from one period to the next, on the log scale.");

/** `temporal` of a config file: how effects change over time. */
export const temporalSchema: z.ZodType<TemporalChoice> = z.union([
  z.enum(["constant", "walking", "gru", "localLevel", "knots"]),
  z.strictObject({ kind: z.literal("constant") }),
  z.strictObject({
    kind: z.literal("walking"),
    range: range.exactOptional(),
    perYear: z.number().positive().describe("Typical change within a year, on the log scale.").exactOptional(),
    knotsPerYear: z.number().positive().exactOptional(),
  }),
  z.strictObject({
    kind: z.literal("gru"),
    range: range.exactOptional(),
    hidden: z.int().positive().exactOptional(),
    layers: z.int().positive().exactOptional(),
    dropout: z.number().min(0).lt(1).exactOptional(),
    stepScale: step.exactOptional(),
  }),
  z.strictObject({ kind: z.literal("localLevel"), range: range.exactOptional(), stepScale: step.exactOptional() }),
  z.strictObject({
    kind: z.literal("knots"),
    range: range.exactOptional(),
    spacing: z.number().min(1).exactOptional(),
    stepScale: step.exactOptional(),
  }),
]);

export interface ModelChoice {
  readonly preset?: PresetName | undefined;
  readonly temporal?: TemporalChoice | undefined;
  /** Slots of the structural part that differ from the preset. */
  readonly options: StructuralOptions;
}

export function composeModel({ preset = "structural", temporal, options }: ModelChoice): Model {
  const base = presets[preset]();
  const { level, commonShocks, harmonics, carryover, saturation, mediaCeiling, huber, priors, graph } = options;
  const byChannel = <Curve>(choice: string | Readonly<Record<string, Curve>> | Curve): never =>
    (typeof choice === "object" ? { byChannel: choice } : choice) as never;
  return {
    ...base,
    baseline: {
      ...base.baseline,
      ...(level !== undefined && { kind: level ? ("movingLevel" as const) : ("constantLevel" as const) }),
      ...(commonShocks !== undefined && { commonShocks }),
    },
    ...(harmonics !== undefined && { seasonality: { kind: "fourier" as const, harmonics } }),
    ...(carryover !== undefined && { carryover: byChannel(carryover) }),
    ...(saturation !== undefined && { saturation: byChannel(saturation) }),
    ...(mediaCeiling !== undefined && { effects: { kind: "pooled" as const, mediaCeiling } }),
    ...(huber !== undefined && { noise: { kind: "huber" as const, threshold: huber } }),
    ...(priors !== undefined && { priors }),
    ...(graph !== undefined && { causal: graph }),
    ...(temporal !== undefined && { temporal: temporalOf(temporal) }),
  };
}

function temporalOf(choice: TemporalChoice): Model["temporal"] {
  const { kind, ...options } = typeof choice === "string" ? { kind: choice } : choice;
  const { range, ...own } = options as { readonly range?: number };
  const bounded = range === undefined ? {} : { range };
  switch (kind) {
    case "constant":
      return constantEffects();
    case "walking":
      return walkingEffects(options);
    case "gru":
      return networkEffects(gruPath({ hidden: 8, ...own }), bounded);
    case "localLevel":
      return networkEffects(localLevel(own), bounded);
    case "knots":
      return networkEffects(knotPath(own), bounded);
  }
}
