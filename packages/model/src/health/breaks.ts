import type { Diagnostic } from "@mmm/core";
import type { Fit } from "../fit/fit.js";
import { evaluateUnit } from "../structural/forward.js";
import { smoothLevel } from "../structural/level.js";
import { trainingResidual, trainingState } from "../structural/objective.js";

export interface LevelBreak {
  /** Index of the first period on the new level. */
  readonly period: number;
  /** Root mean square over units of the jump, in parts of the unit's mean KPI. */
  readonly size: number;
}

/** Jumps below this part of the mean KPI are not worth a word. */
const noticeable = 0.05;
/** How many times the usual variance the step into the period must have. */
const unusual = 25;

/** Training periods in which base levels jump: the learned step variance is far above usual, and so are the steps. */
export function levelBreaks({ design, layout, learned }: Fit): LevelBreak[] {
  const { problem, mode } = learned;
  const { levelUnrest, levelJumps } = problem.variances;
  const { units, trainingEnd } = design;
  const suspects = levelUnrest.flatMap((factor, t) => {
    let jumps = 0;
    for (let r = 0; r < units; r++) jumps += levelJumps[r * trainingEnd + t]!;
    return (factor * jumps) / units > unusual ? [t] : [];
  });
  if (suspects.length === 0) return [];
  const state = trainingState(problem, mode.shared);
  const residual = new Float64Array(trainingEnd);
  const level = new Float64Array(trainingEnd);
  const squares = new Float64Array(trainingEnd);
  for (let r = 0; r < units; r++) {
    evaluateUnit(design, layout, state, mode.shared, mode.own, r, problem.plainWork);
    trainingResidual(problem, r, problem.plainWork.prediction, residual);
    smoothLevel(problem.filters[r]!, residual, level);
    for (let t = 1; t < trainingEnd; t++) squares[t]! += (level[t]! - level[t - 1]!) ** 2;
  }
  return suspects
    .map((period) => ({ period, size: Math.sqrt(squares[period]! / units) }))
    .filter(({ size }) => size >= noticeable);
}

export function breakFindings(fit: Fit): Diagnostic[] {
  const breaks = levelBreaks(fit);
  if (breaks.length === 0) return [];
  const { panel } = fit;
  const where = panel.units.length > 1 ? "in the typical unit" : "of its mean";
  const list = breaks
    .slice(0, 5)
    .map(({ period, size }) => `${panel.periods[period]} (by ${(100 * size).toFixed(0)}% ${where})`);
  const more = breaks.length > 5 ? ` and at ${breaks.length - 5} more dates` : "";
  return [
    {
      severity: "warning",
      code: "STRUCTURAL_BREAK",
      message: `The base level of the KPI jumps at ${list.join(", ")}${more}, by more than media or controls explain. The model lets it jump there and learns effects from the rest.`,
      fix: "Find out what happened (a change of tracking, prices, assortment or regions) and add it as a control or an event.",
    },
  ];
}
