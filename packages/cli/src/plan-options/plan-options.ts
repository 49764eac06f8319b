// The flags of `mmm optimize` as a request and a horizon.

import { usageError } from "@mmm/core";
import type { Goal, Objective, PlanRequest, ResponseOptions } from "@mmm/optimizer";
import { type Command, Option } from "commander";
import { readBoundsFile } from "./bounds-file.js";

export interface PlanFlags {
  readonly budget?: number;
  readonly targetRoi?: number;
  readonly targetKpi?: number;
  readonly targetMroi?: number;
  readonly profit?: true;
  readonly atMost?: number;
  readonly valuePerKpi?: number;
  readonly bounds?: string;
  readonly periods?: number;
  readonly perPeriod?: true;
  readonly perUnit?: true;
  readonly objective?: "expected" | "cautious" | "worst-cases" | "beat-current";
  readonly draws?: number;
  readonly step?: number;
}

/** Add the flags about the plan to a command. */
export function addPlanOptions(command: Command): Command {
  return command
    .option("--budget <money>", "spend exactly this over the horizon (default: as much as today)", number)
    .option("--target-roi <ratio>", "the largest plan that returns this much value per unit of money", number)
    .option("--target-kpi <kpi>", "reach this incremental KPI at least cost", number)
    .option("--target-mroi <ratio>", "spend until the next unit of money returns only this", number)
    .option("--profit", "choose the budget with the largest value less spend")
    .option("--at-most <money>", "limit of the budget for --target-roi, --target-mroi and --profit", number)
    .option("--value-per-kpi <money>", "revenue or margin per unit of the KPI", number)
    .option("--bounds <file>", "limits of channels, groups and ratios as JSON")
    .option("--periods <count>", "length of the horizon in periods (default: a year)", number)
    .option("--per-period", "plan every period apart, with carryover")
    .option("--per-unit", "plan every region apart")
    .addOption(
      new Option("--objective <name>", "what to maximise over the uncertainty").choices([
        "expected",
        "cautious",
        "worst-cases",
        "beat-current",
      ]),
    )
    .option("--draws <count>", "posterior draws to plan with (default: 100)", number)
    .option("--step <money>", "every amount a multiple of this", number);
}

/** Flags as a request and the options of the response model. Throws `BAD_OPTION` for goals that exclude each other. */
export function readPlanOptions(flags: PlanFlags): { request: PlanRequest; response: ResponseOptions } {
  const bounds = flags.bounds === undefined ? {} : readBoundsFile(flags.bounds);
  const step = flags.step ?? bounds.step;
  return {
    request: {
      ...bounds,
      goal: goalOf(flags),
      ...(flags.objective !== undefined && { objective: objectives[flags.objective] }),
      ...(flags.valuePerKpi !== undefined && { valuePerKpi: flags.valuePerKpi }),
      ...(step !== undefined && { step }),
    },
    response: {
      ...(flags.periods !== undefined && { periods: flags.periods }),
      ...(flags.draws !== undefined && { draws: flags.draws }),
      perPeriod: flags.perPeriod ?? false,
      perUnit: flags.perUnit ?? false,
    },
  };
}

const objectives: Readonly<Record<NonNullable<PlanFlags["objective"]>, Objective>> = {
  expected: { kind: "expected" },
  cautious: { kind: "quantile", probability: 0.1 },
  "worst-cases": { kind: "cvar", share: 0.1 },
  "beat-current": { kind: "beat-current" },
};

function goalOf({ budget, targetRoi, targetKpi, targetMroi, profit, atMost }: PlanFlags): Goal {
  const limit = atMost === undefined ? {} : { atMost };
  const asked: [string, Goal][] = [];
  if (budget !== undefined) asked.push(["--budget", { kind: "budget", total: budget }]);
  if (targetRoi !== undefined) asked.push(["--target-roi", { kind: "roi", target: targetRoi, ...limit }]);
  if (targetKpi !== undefined) asked.push(["--target-kpi", { kind: "kpi", target: targetKpi }]);
  if (targetMroi !== undefined) asked.push(["--target-mroi", { kind: "mroi", target: targetMroi, ...limit }]);
  if (profit) asked.push(["--profit", { kind: "profit", ...limit }]);
  if (asked.length > 1) {
    throw usageError(
      "BAD_OPTION",
      `${asked.map(([flag]) => flag).join(" and ")} exclude each other.`,
      "Give one goal; use --bounds for further conditions.",
    );
  }
  return asked[0]?.[1] ?? { kind: "budget" };
}

function number(text: string): number {
  const value = Number(text.replaceAll(/[_,](?=\d{3}\b)/g, ""));
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw usageError("BAD_OPTION", `'${text}' is not a number.`, "Write it as 120000 or 1.5.");
}
