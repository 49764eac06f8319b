// Refuse requests that make no sense, with what is allowed.

import { usageError } from "@mmm/core";
import type { ResponseModel } from "../response/response-model.js";
import { worthPerKpi } from "./money.js";
import type { PlanRequest } from "./request.js";

/** @throws MmmError `UNKNOWN_CHANNEL`, `BAD_LIMIT`, `BAD_GOAL` or `VALUE_NEEDED` */
export function checkRequest(model: ResponseModel, request: PlanRequest): void {
  const { goal, objective, limits = {}, groups = [], ratios = [], step } = request;
  const known = (where: string, names: readonly string[], all: readonly string[], what = "channel"): void => {
    for (const name of names) {
      if (all.includes(name)) continue;
      throw usageError(
        "UNKNOWN_CHANNEL",
        `${where} names the ${what} '${name}'; known: ${all.join(", ")}.`,
        what === "channel" ? "Correct the name." : `Correct the name, or plan ${what}s apart where it is missing.`,
      );
    }
  };
  known(
    "A limit",
    Object.keys(limits).filter((name) => name !== "*"),
    model.channels,
  );
  for (const [name, limit] of Object.entries(limits)) {
    const { min, max, change, minimum, fixed, eachCell } = limit;
    for (const [key, value] of Object.entries({ min, max, minimum, eachMin: eachCell?.min, eachMax: eachCell?.max })) {
      if (value !== undefined && !(value >= 0 && Number.isFinite(value))) throw badLimit(name, `${key} is ${value}`);
    }
    if (typeof fixed === "number" && !(fixed >= 0 && Number.isFinite(fixed))) throw badLimit(name, `fixed is ${fixed}`);
    if (min !== undefined && max !== undefined && min > max) throw badLimit(name, `min ${min} is above max ${max}`);
    if (change && !(change[0] >= -1 && change[0] <= change[1])) {
      throw badLimit(name, `change is [${change.join(", ")}]`);
    }
    if (minimum === 0) throw badLimit(name, "minimum is 0");
  }
  for (const group of groups) {
    known(`The group '${group.name}'`, group.channels, model.channels);
    known(`The group '${group.name}'`, group.units ?? [], plannedUnits(model), "unit");
    known(`The group '${group.name}'`, group.periods ?? [], plannedPeriods(model), "period");
  }
  for (const { numerator, denominator } of ratios) known("A ratio", [...numerator, ...denominator], model.channels);
  if (step !== undefined && !(step > 0)) throw badGoal(`step is ${step}; it must be above 0`);
  const amounts: Record<string, number | undefined> = {
    total: goal.kind === "budget" ? goal.total : undefined,
    target: "target" in goal ? goal.target : undefined,
    atMost: "atMost" in goal ? goal.atMost : undefined,
  };
  for (const [key, value] of Object.entries(amounts)) {
    if (value !== undefined && !(value >= 0 && Number.isFinite(value))) {
      throw badGoal(`${key} of the goal '${goal.kind}' is ${value}; it must be a number from 0`);
    }
  }
  if (goal.kind === "budget" && goal.total === 0) {
    throw badGoal("the budget is 0, which leaves nothing to plan; give an amount above 0");
  }
  if (objective?.kind === "beat-current" && goal.kind !== "budget") {
    throw badGoal(`the objective 'beat-current' needs the goal 'budget', not '${goal.kind}'`);
  }
  const { margin = 1 } = request;
  if (!(margin > 0 && margin <= 1)) throw badGoal(`margin is ${margin}; it must be above 0 and up to 1`);
  const value = worthPerKpi(model, request);
  if (request.margin !== undefined && value === null) {
    throw usageError(
      "VALUE_NEEDED",
      `A margin of ${margin} is given, but the worth of one ${model.kpi} is unknown.`,
      "Pass valuePerKpi (--value-per-kpi) too: revenue per unit of the KPI, 1 when the KPI is revenue.",
    );
  }
  if (["profit", "roi", "mroi"].includes(goal.kind) && !(value !== null && value > 0)) {
    throw usageError(
      "VALUE_NEEDED",
      `The goal '${goal.kind}' compares money with ${model.kpi}, but the worth of one ${model.kpi} is ${value ?? "unknown"}.`,
      `Pass valuePerKpi (--value-per-kpi): revenue or margin per unit of the KPI; 1 if ${model.kpi} is money already.`,
    );
  }
}

function plannedUnits(model: ResponseModel): readonly string[] {
  return model.cells.some(({ unit }) => unit !== null) ? model.units : [];
}

function plannedPeriods(model: ResponseModel): readonly string[] {
  return model.cells.some(({ period }) => period !== null) ? model.periods : [];
}

function badLimit(channel: string, what: string) {
  return usageError(
    "BAD_LIMIT",
    `The limit of '${channel}' cannot be used: ${what}.`,
    "Amounts are numbers from 0 with min ≤ max; change is [down, up] with down from -1, for example [-0.3, 0.3].",
  );
}

function badGoal(what: string) {
  return usageError(
    "BAD_GOAL",
    `The plan cannot be made: ${what}.`,
    "See PlanRequest, or mmm optimize --help, for what may be asked.",
  );
}
