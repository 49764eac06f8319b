import type { Diagnostic } from "@mmm/core";
import { money, plain } from "../problem/money.js";
import type { ResponseModel } from "../response/response-model.js";
import type { ChannelPlan } from "./types.js";

/** What a reader of a plan should know before acting on it. */
export function findings(
  model: ResponseModel,
  channels: readonly ChannelPlan[],
  outside: number,
  kept: boolean,
  status: string,
): Diagnostic[] {
  const found: Diagnostic[] = [];
  const beyond = channels.filter(({ extrapolated }) => extrapolated);
  if (beyond.length > 0) {
    found.push({
      severity: "warning",
      code: "EXTRAPOLATION",
      message: `The plan spends more than the data have ever shown on ${beyond
        .map(({ name, optimal, observed }) => {
          const whole = optimal.spend > observed[1];
          return `${name} (${whole ? `${money(model, optimal.spend)}, seen up to ${money(model, observed[1])}` : "in some regions or periods"})`;
        })
        .join(", ")}; ${plain(100 * outside)} % of the gain lies out there.`,
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
