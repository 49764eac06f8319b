// The shape of `plan.json`, from which the shipped JSON Schema is made. Objects are open: later versions may add to
// them, but never rename.

import type { Plan } from "@mmm/optimizer";
import { z } from "zod";
import { diagnostic } from "../result-schema/diagnostic-schema.js";

const interval = z
  .object({ mean: z.number(), lower: z.number(), upper: z.number() })
  .describe(
    "Mean over the draws and the bounds of its central interval; `interval` of the plan says how much it holds.",
  );

const outcome = z
  .object({
    spend: z.number().min(0),
    kpi: interval.describe("Incremental: compared with no spend in the horizon."),
    value: interval.nullable().describe("KPI times value per KPI; null when that is unknown, as are ROI and profit."),
    roi: interval.nullable(),
    profit: interval.nullable(),
  })
  .describe("Money and what it brings.");

const atMost = z.number().exactOptional();
const goal = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("budget"), total: z.number().exactOptional() }),
  z.object({ kind: z.literal("profit"), atMost }),
  z.object({ kind: z.literal("kpi"), target: z.number() }),
  z.object({ kind: z.literal("roi"), target: z.number(), atMost }),
  z.object({ kind: z.literal("mroi"), target: z.number(), atMost }),
]);

const objective = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("expected") }),
  z.object({ kind: z.literal("quantile"), probability: z.number() }),
  z.object({ kind: z.literal("cvar"), share: z.number() }),
  z.object({ kind: z.literal("beat-current") }),
]);

const channelSide = z.object({ spend: z.number().min(0), kpi: interval, roi: interval.nullable() });

const channel = z.object({
  name: z.string(),
  current: channelSide,
  optimal: channelSide,
  change: z.number().nullable().describe("Relative change of spend; null where today's is 0."),
  marginalKpi: z.number().describe("KPI per money of the next unit of money, at the plan."),
  observed: z
    .tuple([z.number(), z.number()])
    .describe("Least and most the data have shown in one period, times the periods of the horizon."),
  beyondObserved: z.number().min(0).describe("Money above the most that the data have shown in one period."),
  extrapolated: z.boolean().describe("More than 1 % of the money lies beyond."),
});

const amounts = z.record(z.string(), z.number()).describe("Money per channel.");

const schema = z
  .object({
    schema: z.literal("mmm.plan/v1"),
    kpi: z.string(),
    currency: z.string().nullable(),
    valuePerKpi: z.number().nullable().describe("Money one unit of the KPI is worth, margin counted."),
    goal,
    objective,
    horizon: z.object({
      periods: z.int().min(1),
      from: z.string(),
      to: z.string(),
      frequency: z.enum(["day", "week", "month", "quarter", "year", "index"]).nullable(),
    }),
    timing: z
      .enum(["today", "even", "planned", "settled"])
      .describe("How the plan spreads money over the horizon; today's plan is as it is really spent, unless settled."),
    interval: z.number().gt(0).lt(1).describe("Probability that every interval holds."),
    draws: z.int().min(1),
    expected: z.object({
      current: outcome,
      optimal: outcome,
      gain: interval.describe("KPI, optimal minus current, draw by draw."),
      probabilityOfGain: z.number().min(0).max(1),
      profit: z
        .object({ gain: interval, probability: z.number().min(0).max(1) })
        .nullable()
        .describe("Change of profit and how often it is one; null when the value per KPI is unknown."),
      sameTiming: z
        .object({ current: outcome, gain: interval })
        .nullable()
        .describe("Today's amounts spread as the plan spreads money; null where that is as today."),
    }),
    channels: z.array(channel),
    allocation: z
      .array(
        z.object({
          channel: z.string(),
          unit: z.string().nullable(),
          period: z.string().nullable(),
          current: z.number(),
          optimal: z.number(),
        }),
      )
      .describe("One row per amount that was decided; unit and period where those are planned apart."),
    binding: z
      .array(z.object({ name: z.string(), shadowPrice: z.number(), words: z.string() }))
      .describe("Conditions that hold the plan back, dearest first; the price is KPI per unit of relaxing them."),
    certificate: z.object({
      maxViolation: z.number().min(0).describe("Of any condition, relative to its size."),
      kktResidual: z.number().min(0).describe("What a first-order move could still add, as a part of the objective."),
      optimalityGap: z.number().min(0).nullable().describe("No plan is better by more; null when not proved."),
      notWorseThanCurrent: z
        .boolean()
        .nullable()
        .describe("At least as good as today's amounts with the plan's timing; null when those break a condition."),
      keptCurrent: z.boolean(),
      solver: z.string(),
      status: z.enum(["optimal", "stationary", "stopped"]),
      evaluations: z.int().min(0),
      gainOutsideObserved: z.number().min(0).max(1),
      sensitivity: z.array(z.object({ change: z.number(), spend: z.number(), kpi: z.number(), kpiChange: z.number() })),
    }),
    diagnostics: z.array(diagnostic),
    frontier: z
      .array(outcome.extend({ marginalKpi: z.number(), channels: amounts }))
      .exactOptional()
      .describe("The best plan for each of several budgets."),
    scenarios: z
      .array(
        z.object({
          name: z.string(),
          spend: amounts,
          outcome,
          gain: interval,
          probabilityOfGain: z.number().min(0).max(1),
        }),
      )
      .exactOptional()
      .describe("Plans side by side under the same draws, today's first."),
  })
  .describe("What `mmm optimize` planned: plan.json.");

/** Checks a parsed `plan.json`. */
export const planSchema: z.ZodType<Plan> = schema;

/** The JSON Schema (draft 2020-12) of `plan.json`. */
export function planJsonSchema(): object {
  return z.toJSONSchema(schema, { io: "input" });
}
