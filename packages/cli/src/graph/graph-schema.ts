// The shape of `graph.json`, from which the shipped JSON Schema is made. Objects are open: later versions may add to
// them, but never rename.

import type { CausalEdge, CausalGraph, Diagnostic } from "@mmm/core";
import type { HonestyView, TruthView } from "@mmm/viz";
import { z } from "zod";
import { diagnostic } from "../result-schema/diagnostic-schema.js";

/** `graph.json`. */
export interface GraphFile {
  readonly schema: "mmm.graph/v1";
  readonly kind: CausalGraph["kind"];
  readonly engine: CausalGraph["engine"];
  readonly reasons: readonly string[];
  readonly nodes: readonly string[];
  /** Every ordered pair the engine scored. */
  readonly edges: readonly CausalEdge[];
  readonly graphs?: Readonly<Record<string, UnitGraphFile>>;
  readonly clusters?: readonly {
    readonly name: string;
    readonly share: number;
    readonly edges: readonly CausalEdge[];
  }[];
  readonly weightScale: string;
  readonly verdict: { readonly tone: string; readonly label: string; readonly text: string };
  readonly bootstrap: { readonly replicates: number; readonly failed: number } | null;
  readonly honesty: HonestyView | null;
  readonly comparison: object | null;
  readonly truth: TruthView | null;
  readonly data: { readonly rows: number; readonly units: number; readonly temporal: boolean };
  readonly diagnostics: readonly Diagnostic[];
  readonly runtime: object;
}

interface UnitGraphFile {
  readonly edges: readonly CausalEdge[];
  readonly cluster?: string | null;
  readonly clusterProbability?: number | null;
  readonly forecast?: object;
}

const edge = z.object({
  from: z.string(),
  to: z.string(),
  lag: z.int().min(0),
  weight: z.number().describe("Effect size in `weightScale`."),
  probability: z.number().min(0).max(1).nullable().describe("Null where the engine has none."),
  sign: z.union([z.literal(-1), z.literal(0), z.literal(1)]),
  selected: z.boolean().describe("Part of the graph; other pairs are listed for scoring."),
  directed: z.boolean().exactOptional().describe("False when the data cannot tell the direction."),
  lagProfile: z.array(z.number()).exactOptional().describe("Part of the effect at each lag, lag 1 first."),
});

const schema = z
  .object({
    schema: z.literal("mmm.graph/v1"),
    kind: z.enum(["dag", "cpdag", "lagged"]),
    engine: z.object({ id: z.string(), version: z.string(), settings: z.record(z.string(), z.unknown()) }),
    reasons: z.array(z.string()).describe("Why this engine."),
    nodes: z.array(z.string()).min(2),
    edges: z
      .array(edge)
      .describe("Every ordered pair that the engine scored; the mean over units where it has several."),
    graphs: z
      .record(
        z.string(),
        z.object({
          edges: z.array(edge),
          cluster: z.string().nullable().exactOptional(),
          clusterProbability: z.number().nullable().exactOptional(),
          forecast: z
            .object({
              node: z.string(),
              periods: z.array(z.string()),
              mean: z.array(z.number()),
              lower: z.array(z.number()),
              upper: z.array(z.number()),
              interval: z.number(),
            })
            .exactOptional(),
        }),
      )
      .exactOptional()
      .describe("One graph per unit."),
    clusters: z.array(z.object({ name: z.string(), share: z.number(), edges: z.array(edge) })).exactOptional(),
    weightScale: z.string(),
    verdict: z.object({ tone: z.string(), label: z.string(), text: z.string() }),
    bootstrap: z.object({ replicates: z.int(), failed: z.int() }).nullable(),
    honesty: z.looseObject({}).nullable(),
    comparison: z.looseObject({}).nullable(),
    truth: z.looseObject({ auroc: z.number(), auprc: z.number() }).nullable(),
    data: z.object({ rows: z.int(), units: z.int(), temporal: z.boolean() }),
    diagnostics: z.array(diagnostic),
    runtime: z.looseObject({ seed: z.int() }),
  })
  .describe("What `mmm graph` found: graph.json.");

/** Checks a parsed `graph.json`. */
export const graphSchema: z.ZodType = schema;

/** The JSON Schema (draft 2020-12) of `graph.json`. */
export function graphJsonSchema(): object {
  return z.toJSONSchema(schema, { io: "input" });
}
