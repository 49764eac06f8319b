// The shape of `result.json`, from which the shipped JSON Schema is made. Objects are open: later versions may add to
// them, but never rename.

import type { MmmResult } from "@mmm/model";
import { z } from "zod";
import { diagnostic } from "./diagnostic-schema.js";

const interval = z
  .object({ mean: z.number(), lower: z.number(), upper: z.number() })
  .describe("Best estimate and the bounds of its central interval; `interval` of the result says how much it holds.");

const metrics = z
  .object({
    r2: z.number().nullable().describe("Pooled over units."),
    r2Within: z.number().nullable().describe("After removing each unit's mean of the window."),
    rmse: z.number().nullable(),
    nrmse: z.number().nullable().describe("RMSE over the range of the actuals."),
    mape: z.number().nullable(),
    wmape: z.number().nullable().describe("Sum of absolute errors over sum of absolute actuals."),
    mase: z.number().nullable().describe("Mean absolute error over the mean one-period change in training."),
  })
  .describe("Over the observed cells of a window; null where undefined.");

const curve = z.object({ kind: z.string() }).catchall(z.union([interval, z.string()]));

const channel = z.object({
  name: z.string(),
  kind: z.enum(["paid", "organic", "treatment"]),
  spend: z.number().nullable().describe("Total over all periods; null when no cost is known."),
  contribution: interval.describe("Total effect in KPI units over all periods, by intervention: do(channel = 0)."),
  direct: interval.describe("The part that does not pass through other channels."),
  share: interval.describe("Part of the direct effects of all media; shares add up to 1."),
  roi: interval.nullable().describe("Direct effect, times revenue per KPI where given, per unit of spend."),
  mroi: interval.nullable().describe("The same for the last 1 % of spend."),
  totalRoi: interval
    .nullable()
    .exactOptional()
    .describe("Total effect per unit of spend, that of the channel and inducedSpend."),
  totalMroi: interval.nullable().exactOptional(),
  inducedSpend: interval.exactOptional().describe("Spend of other channels that follows this one through the graph."),
  costPerKpi: interval
    .nullable()
    .exactOptional()
    .describe("Spend per unit of KPI brought about directly; null without spend or where that may be 0."),
  effectiveness: interval.exactOptional().describe("Direct effect per unit of activity."),
  immediate: interval.exactOptional().describe("The part of the direct effect in the period of the activity."),
  carryover: curve,
  saturation: curve,
});

const edge = z.object({
  from: z.string(),
  to: z.string(),
  lag: z.int().min(0),
  weight: z.number(),
  probability: z.number().min(0).max(1).nullable(),
  sign: z.union([z.literal(-1), z.literal(0), z.literal(1)]),
  selected: z.boolean(),
  directed: z.boolean().exactOptional(),
  rate: interval
    .exactOptional()
    .describe("Activity of `to` per unit of activity of `from`; only on edges that total effects follow."),
  passes: interval
    .exactOptional()
    .describe("KPI that runs through the edge, about what total effects change without it."),
});

const beforeAfter = z.object({ before: interval, after: interval });

const calibration = z
  .object({
    tests: z.array(
      z.object({
        channel: z.string(),
        units: z.union([z.literal("all"), z.array(z.string())]),
        from: z.string(),
        to: z.string().describe("Last period of the change."),
        until: z.string().describe("Last period in which the KPI was measured."),
        spendChange: z.number().describe("Actual minus counterfactual spend; activity where no cost is known."),
        lift: z.number().describe("Measured, in KPI units over units and periods."),
        standardError: z.number().gt(0),
        used: z.boolean().describe("False for a test that reaches into the holdout: compared, but not fitted to."),
        before: interval.describe("The model's lift without any test or prior."),
        after: interval,
        z: z.number().describe("Measured minus before, in standard deviations of both together."),
        roi: z
          .object({ measured: interval, before: interval, after: interval })
          .nullable()
          .describe("The same per unit of changed spend; null where no cost is known."),
      }),
    ),
    priors: z.array(
      z.object({
        channel: z.string(),
        quantity: z.enum(["roi", "share"]).describe("Over the training periods; share is of the KPI."),
        low: z.number().describe("The range from low to high was believed to hold with probability 90 %."),
        high: z.number(),
        before: interval,
        after: interval,
        z: z.number(),
      }),
    ),
    channels: z.array(
      z.object({
        name: z.string(),
        roi: beforeAfter.nullable(),
        contribution: beforeAfter,
        share: beforeAfter.describe("Of the contribution of all media."),
      }),
    ),
  })
  .describe("What lift tests and priors changed; absent without them.");

const schema = z
  .object({
    schema: z.literal("mmm.result/v1"),
    kpi: z.string(),
    units: z.int().min(1),
    periods: z.int().min(1),
    channels: z.array(channel),
    baseline: interval.describe("What would have happened without media, in KPI units."),
    interaction: interval
      .exactOptional()
      .describe("What total effects count more than once: baseline + contributions + interaction = prediction."),
    mediaFraction: interval.describe("Contribution of all media as a part of the KPI."),
    interval: z.number().gt(0).lt(1).describe("Probability that every interval holds."),
    fit: z.object({
      train: metrics,
      holdout: metrics.nullable(),
      naive: z
        .object({
          unitMean: metrics.nullable(),
          lastPeriods: metrics.nullable(),
          seasonalNaive: metrics.nullable(),
        })
        .describe("Forecasts of the held-out periods that need no model."),
    }),
    graph: z
      .object({
        nodes: z.array(z.string()),
        edges: z.array(edge),
        engine: z.string().exactOptional(),
        weightScale: z.string().exactOptional(),
      })
      .nullable()
      .describe("Over the channels, with the KPI as sink; null without a graph."),
    calibration: calibration.exactOptional(),
    diagnostics: z.array(diagnostic),
    runtime: z.object({
      engine: z.string(),
      seconds: z.number().min(0),
      cpuSeconds: z.number().min(0),
      peakRssMb: z.number().min(0),
      seed: z.int(),
      versions: z.record(z.string(), z.string()),
    }),
  })
  .describe("What `mmm fit` found: result.json.");

/** Checks a parsed `result.json`. */
export const resultSchema: z.ZodType<MmmResult> = schema;

/** The JSON Schema (draft 2020-12) of `result.json`. */
export function resultJsonSchema(): object {
  return z.toJSONSchema(schema, { io: "input" });
}
