// The flags of `mmm optimize` as a request and a horizon.

import { usageError } from "@mmm/core";
import type { ChannelLimit, Goal, Objective, PlanRequest, ResponseOptions } from "@mmm/optimizer";
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
  readonly margin?: number;
  readonly bounds?: string;
  readonly maxChange?: number;
  readonly fixed?: readonly string[];
  readonly priceChange?: Readonly<Record<string, number>>;
  readonly timing?: "today" | "even" | "settled";
  readonly countAfter?: boolean;
  readonly effects?: "direct" | "total";
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
    .option("--value-per-kpi <money>", "revenue or margin per unit of the KPI; 1 where the KPI is money", number)
    .option("--margin <share>", "part of that value that is left after costs, e.g. 0.4 or 40%", share)
    .option("--bounds <file>", "limits of channels, groups and ratios as JSON")
    .option("--max-change <share>", "no channel moves by more than this, e.g. 0.3 or 30%", share)
    .option("--fixed <channels>", "channels that keep today's spend: 'tv,search'", list)
    .option("--price-change <list>", "dearer or cheaper media: 'tv=10%,search=-5%'", changes)
    .option("--periods <count>", "length of the horizon in periods (default: a year)", number)
    .addOption(
      new Option(
        "--timing <name>",
        "how the plan spreads money: as today (default), even; settled: today's plan reckoned even too, as in the response curves of the report",
      ).choices(["today", "even", "settled"]),
    )
    .option("--per-period", "plan every period apart (a flighting calendar)")
    .option("--per-unit", "plan every region apart")
    .addOption(
      new Option("--objective <name>", "what to maximise over the uncertainty").choices([
        "expected",
        "cautious",
        "worst-cases",
        "beat-current",
      ]),
    )
    .addOption(
      new Option(
        "--effects <kind>",
        "total: count what channels bring about in each other on top of the other's budget, by the graph of the fit",
      ).choices(["direct", "total"]),
    )
    .option("--no-count-after", "leave out effects that arrive after the horizon")
    .option("--draws <count>", "posterior draws to plan with (default: 100)", number)
    .option("--step <money>", "every amount a multiple of this", number);
}

/** Flags as a request and the options of the response model. Throws `BAD_OPTION` for goals that exclude each other. */
export function readPlanOptions(flags: PlanFlags): { request: PlanRequest; response: ResponseOptions } {
  const bounds = flags.bounds === undefined ? {} : readBoundsFile(flags.bounds);
  const step = flags.step ?? bounds.step;
  const limits = limitsOf(flags, bounds.limits);
  return {
    request: {
      ...bounds,
      ...(limits && { limits }),
      goal: goalOf(flags),
      ...(flags.objective !== undefined && { objective: objectives[flags.objective] }),
      ...(flags.valuePerKpi !== undefined && { valuePerKpi: flags.valuePerKpi }),
      ...(flags.margin !== undefined && { margin: flags.margin }),
      ...(step !== undefined && { step }),
    },
    response: {
      ...(flags.periods !== undefined && { periods: flags.periods }),
      ...(flags.draws !== undefined && { draws: flags.draws }),
      ...(flags.timing !== undefined && { timing: flags.timing }),
      ...(flags.priceChange !== undefined && { priceChange: flags.priceChange }),
      ...(flags.effects !== undefined && { effects: flags.effects }),
      ...(flags.countAfter === false && { countAfter: false }),
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

// Flags hold beside the file; where both speak of a channel, the narrower one wins.
function limitsOf(
  { maxChange, fixed = [] }: PlanFlags,
  given: PlanRequest["limits"],
): Readonly<Record<string, ChannelLimit>> | undefined {
  if (maxChange === undefined && fixed.length === 0) return given;
  const narrowed = Object.entries(given ?? {}).map(([name, limit]): [string, ChannelLimit] => {
    if (maxChange === undefined || limit.fixed !== undefined) return [name, limit];
    const [down, up] = limit.change ?? [-1, Number.POSITIVE_INFINITY];
    return [name, { ...limit, change: [Math.max(down, -maxChange), Math.min(up, maxChange)] }];
  });
  return {
    ...(maxChange !== undefined && { "*": { change: [-maxChange, maxChange] } }),
    ...Object.fromEntries(narrowed),
    ...Object.fromEntries(fixed.map((name) => [name, { fixed: true as const }])),
  };
}

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

/** "0.3" and "30%" alike; 0 to 1. */
function share(text: string): number {
  const value = text.trim().endsWith("%") ? number(text.trim().slice(0, -1)) / 100 : number(text);
  if (value > 0 && value <= 1) return value;
  throw usageError("BAD_OPTION", `'${text}' is not a share above 0 and up to 1.`, "Write it as 0.3 or 30%.");
}

function list(text: string): string[] {
  return text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

function changes(text: string): Record<string, number> {
  return Object.fromEntries(
    list(text).map((part) => {
      const [name = "", change = ""] = part.split("=").map((piece) => piece.trim());
      const value = change.endsWith("%") ? Number(change.slice(0, -1)) / 100 : Number(change || Number.NaN);
      if (name !== "" && value > -1 && Number.isFinite(value)) return [name, value];
      throw usageError(
        "BAD_OPTION",
        `'${part}' is not a change of a price; it must be above -100%.`,
        "Write it as 'tv=10%,search=-5%'.",
      );
    }),
  );
}

const sizes: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, bn: 1e9 };

/** "120000", "120,000", "1.2m". */
function number(text: string): number {
  const [, digits = text, size = ""] = /^(.*\d)\s*(k|m|bn)$/i.exec(text.trim()) ?? [];
  const value = Number(digits.replaceAll(/[_,](?=\d{3}\b)/g, "")) * (sizes[size.toLowerCase()] ?? 1);
  if (digits.trim() !== "" && Number.isFinite(value)) return value;
  throw usageError("BAD_OPTION", `'${text}' is not a number.`, "Write it as 120000, 1.2m or 1.5.");
}
