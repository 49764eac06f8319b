import type { Diagnostic } from "@mmm/core";
import type { Interval } from "@mmm/model";
import { money, plain } from "../problem/money.js";
import type { PlanRequest } from "../problem/request.js";
import type { ResponseModel } from "../response/response-model.js";
import { total } from "./outcome.js";
import type { ChannelPlan } from "./types.js";

/** A budget more than this many times today's, or less than one such part of it, says nothing that the data know. */
const farFromToday = 3;

interface Found {
  readonly channels: readonly ChannelPlan[];
  readonly outside: number;
  readonly kept: boolean;
  readonly status: string;
  readonly spend: number;
  readonly gain: Interval;
}

/** What a reader of a plan should know before acting on it, gravest first. */
export function findings(model: ResponseModel, request: PlanRequest, plan: Found): Diagnostic[] {
  const { channels, outside, kept, status, spend, gain } = plan;
  const found: Diagnostic[] = [];
  const far = farBudget(model, spend);
  if (far) found.push(far);
  if (model.timing === "even" && gain.mean < 0) {
    found.push({
      severity: "warning",
      code: "TIMING_COSTS",
      message: `Spread evenly, the best amounts bring ${plain(-gain.mean)} ${model.kpi} less than today's plan does with its bursts.`,
      fix: "Keep today's timing (timing 'today'), or plan the periods.",
    });
  }
  if (gain.mean > 0 && gain.lower < 0 && request.goal.kind === "budget" && !kept) {
    found.push({
      severity: "info",
      code: "GAIN_UNCERTAIN",
      message: `The gain may be a loss: its interval goes from ${plain(gain.lower)} to ${plain(gain.upper)} ${model.kpi}.`,
      fix: "Move part of the way and measure, or plan with the objective 'quantile' or 'cvar'.",
    });
  }
  if (model.linked) {
    found.push({
      severity: "info",
      code: "TOTAL_EFFECTS",
      message:
        "Effects are total: what a channel brings about in another is counted on top of the other's budget, and is taken to cost nothing.",
      fix: "Where the other channel has to pay for it, plan with direct effects: each budget then holds all its money.",
    });
  }
  const beyond = channels.filter(({ extrapolated }) => extrapolated);
  if (beyond.length > 0) {
    const parts = beyond.map(
      ({ name, optimal, beyondObserved }) =>
        `${name} (${Math.round((100 * beyondObserved) / optimal.spend)}% of its money)`,
    );
    found.push({
      severity: "warning",
      code: "EXTRAPOLATION",
      message: `In some periods the plan spends more than the data have ever shown on ${parts.join(", ")}${gain.mean > 0 ? `; ${Math.round(100 * outside)}% of the gain lies out there` : ""}.`,
      fix: "Move there in steps and measure, or limit these channels to what was observed.",
    });
  }
  if (kept) {
    found.push({
      severity: "info",
      code: "CURRENT_KEPT",
      message: "No plan within the limits is better than today's split, so today's split is returned.",
      fix: "Widen the limits if you expected a change.",
    });
  }
  if (status === "stopped") {
    found.push({
      severity: "warning",
      code: "NOT_CONVERGED",
      message: "The search ran out of steps before it settled; the certificate says what may be missing.",
      fix: "Plan fewer cells apart, or use fewer draws.",
    });
  }
  return found;
}

/** A warning for budgets that have little to do with today's; null for others. */
export function farBudget(model: ResponseModel, spend: number): Diagnostic | null {
  const now = total(model.current);
  if (!(now > 0) || (spend <= farFromToday * now && spend * farFromToday >= now)) return null;
  const times = spend > now ? `${plain(spend / now)} times` : `${plain((100 * spend) / now)}% of`;
  return {
    severity: "warning",
    code: "BUDGET_FAR_FROM_TODAY",
    message: `A budget of ${money(model, spend)} is ${times} today's ${money(model, now)} over the same ${model.periods.length} periods: no data tell what such spend does, the curves alone do.`,
    fix: "Check that the budget is meant for the whole horizon and in the currency of the data; plan in steps towards it.",
  };
}
