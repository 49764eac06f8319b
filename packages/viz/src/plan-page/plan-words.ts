// What a plan says, as sentences: the same words in a terminal and on the page.

import type { Goal, Objective, Plan } from "@mmm/optimizer";
import { createFormat, type Format, type Range } from "../format/format.js";

export interface PlanWords {
  readonly title: string;
  /** What was asked for. */
  readonly goal: string;
  /** Today, the plan, and the difference. */
  readonly outcome: readonly string[];
  /** How money falls on the periods, in the plan and in today's. */
  readonly timing: string;
  /** What was checked, as parts of one sentence. */
  readonly checked: readonly string[];
  /** The solver in words. */
  readonly method: string;
}

/** @param format default: the plan's currency and frequency, English */
export function planWords(plan: Plan, format: Format = planFormat(plan)): PlanWords {
  const { horizon, interval, expected, kpi } = plan;
  const { current, optimal } = expected;
  const spent = (spend: number, of: Range): string =>
    `${format.value(spend, "money")} brings ${format.range(of, "compact")} ${kpi}`;
  return {
    title: `Plan for ${horizon.periods} periods, ${format.period(horizon.from)} to ${format.period(horizon.to)}; ranges hold ${format.value(interval, "percent")}`,
    goal: `Asked for: ${goalWords(plan.goal, kpi, format)}${objectiveWords(plan.objective, format)}.`,
    outcome: [
      `Today: ${spent(current.spend, current.kpi)}${returnWords(plan, current, format)}.`,
      `Plan: ${spent(optimal.spend, optimal.kpi)}${returnWords(plan, optimal, format)}.`,
      differenceWords(plan, format),
    ],
    timing: timingWords(plan, format),
    checked: checkedWords(plan),
    method: plan.certificate.solver,
  };
}

/** Numbers as the plan's readers write them. */
export function planFormat(
  { currency, horizon }: Plan,
  look: { readonly locale?: string; readonly currency?: string } = {},
): Format {
  return createFormat({ currency, ...(horizon.frequency && { frequency: horizon.frequency }), ...look });
}

function goalWords(goal: Goal, kpi: string, format: Format): string {
  const upTo = "atMost" in goal && goal.atMost !== undefined ? `, at most ${format.value(goal.atMost, "money")}` : "";
  switch (goal.kind) {
    case "budget":
      return goal.total === undefined
        ? "the best split of today's budget"
        : `the best split of ${format.value(goal.total, "money")}`;
    case "profit":
      return `the budget with the largest profit${upTo}`;
    case "kpi":
      return `${format.value(goal.target, "compact")} ${kpi} at least cost`;
    case "roi":
      return `the largest plan with a return of at least ${format.value(goal.target, "ratio")} per unit of money${upTo}`;
    case "mroi":
      return `spending until the next unit of money returns ${format.value(goal.target, "ratio")}${upTo}`;
    default:
      return goal satisfies never;
  }
}

function objectiveWords(objective: Objective, format: Format): string {
  switch (objective.kind) {
    case "expected":
      return "";
    case "quantile":
      return `, judged by what is reached with ${format.value(1 - objective.probability, "percent")} probability`;
    case "cvar":
      return `, judged by the mean of the worst ${format.value(objective.share, "percent")} of cases`;
    case "beat-current":
      return ", judged by the probability of beating today's plan";
    default:
      return objective satisfies never;
  }
}

function returnWords({ goal }: Plan, { roi, profit }: Plan["expected"]["current"], format: Format): string {
  if (goal.kind === "profit" && profit) return `, a profit of ${format.range(profit, "money")}`;
  return roi ? `, a return of ${format.range(roi, "ratio")}` : "";
}

function differenceWords(plan: Plan, format: Format): string {
  const { expected, kpi, goal, draws } = plan;
  const { gain, current, optimal, profit, probabilityOfGain } = expected;
  const chance = (p: number): string => `in ${format.value(p, "percent")} of ${draws} draws`;
  const saved = current.spend - optimal.spend;
  const moved = Math.abs(saved) > 1e-6 * Math.max(current.spend, optimal.spend);
  const money = `${format.value(Math.abs(saved), "money")} ${saved > 0 ? "less" : "more"} money`;
  const more = `${signedRange(gain, format)} ${kpi}`;
  if (!moved && gain.lower === 0 && gain.upper === 0) return "That is the same: nothing moves.";
  if (!moved) return `That is ${more} for the same money, better ${chance(probabilityOfGain)}.`;
  if (profit && goal.kind !== "kpi") {
    return `That is ${more} for ${money}: profit changes by ${format.range(profit.gain, "money")}, for the better ${chance(profit.probability)}.`;
  }
  return `That is ${more} for ${money}.`;
}

// "1.2m (0.7m to 1.8m) more", "3k (1k to 5k) less".
function signedRange({ mean, lower, upper }: Range, format: Format): string {
  return mean >= 0
    ? `${format.range({ mean, lower, upper }, "compact")} more`
    : `${format.range({ mean: -mean, lower: -upper, upper: -lower }, "compact")} less`;
}

function timingWords({ timing, expected, kpi }: Plan, format: Format): string {
  switch (timing) {
    case "today":
      return "In both, each channel spreads its money over the periods as it did in the last ones observed.";
    case "settled":
      return "Both are reckoned with the same spend in every period, as in response curves; where spend really comes in bursts, today's plan brings another KPI than this.";
    case "even":
    case "planned": {
      const how = timing === "even" ? "The plan spends the same in every period" : "The plan decides when to spend";
      if (!expected.sameTiming) return `${how}; today's plan is reckoned as it is spent.`;
      const alone = expected.sameTiming.current.kpi.mean - expected.current.kpi.mean;
      const change = `${format.value(Math.abs(alone), "compact")} ${kpi} ${alone < 0 ? "less" : "more"}`;
      return timing === "even"
        ? `${how}; today's plan is reckoned as it is spent. Today's amounts spread evenly would bring ${change}; moving money brings ${signedRange(expected.sameTiming.gain, format)}.`
        : `${how}; today's plan is reckoned as it is spent.`;
    }
    default:
      return timing satisfies never;
  }
}

function checkedWords({ certificate, timing, expected }: Plan): string[] {
  const { optimalityGap, maxViolation, notWorseThanCurrent, kktResidual } = certificate;
  const same = timing === "even" && expected.sameTiming ? " with the same timing" : "";
  return [
    maxViolation < 1e-9 ? "all conditions are met" : `conditions are met up to ${tiny(maxViolation)} of their size`,
    optimalityGap === null
      ? `no small change adds more than ${tiny(kktResidual)}; plans far from it were searched, not excluded`
      : `no plan within the limits is better by more than ${tiny(optimalityGap)}`,
    notWorseThanCurrent === null
      ? "today's plan does not meet the limits, so it is no candidate"
      : notWorseThanCurrent
        ? `never worse than today's plan${same} under the model`
        : `worse than today's plan${same} under the model`,
  ];
}

/** "0.01%" for what is smaller. */
export function tiny(share: number): string {
  return share < 1e-4 ? "0.01%" : `${(100 * share).toPrecision(2)}%`;
}
