import type { Diagnostic } from "@mmm/core";
import type { FittedMixture } from "../mixture/graph-mixture.js";

/** What a person should know about a learned population. */
export function diagnose(
  seen: number,
  short: number,
  seasonPeriod: number,
  fitted: FittedMixture,
  need: number,
): Diagnostic[] {
  const found: Diagnostic[] = [];
  if (seen < 8) {
    found.push({
      severity: "warning",
      code: "FEW_SHOPS",
      message: `Only ${seen} shop(s): the prior graph is hardly learned, so each shop stands almost alone.`,
      fix: "Add shops of the same kind, or a longer history.",
    });
  }
  if (short > 0) {
    found.push({
      severity: "warning",
      code: "SHORT_SERIES",
      message: `${short} sampled shop(s) have fewer than ${need} steps and were left out of learning; scoring gives them the prior.`,
      fix: "Nothing, if newcomers should get the average graph; otherwise give longer histories.",
    });
  }
  if (seasonPeriod > 0) {
    found.push({
      severity: "info",
      code: "SEASON",
      message: `A season of ${seasonPeriod} steps is part of every regression.`,
      fix: "Set seasonPeriod to 0 if there is none.",
    });
  }
  if (!fitted.converged) {
    found.push({
      severity: "warning",
      code: "NOT_CONVERGED",
      message: `The mixture was still improving after ${fitted.iterations} iterations.`,
      fix: "Treat small differences between clusters with care.",
    });
  }
  return found;
}
