// The curvature that posterior draws come from.

import { type ArrowFactor, type ArrowSystem, arrowSystem, factorArrow } from "./curvature.js";
import { knotValues, pathDoubt, unscaledPrecision } from "./effect-path.js";
import { linearise, type Problem } from "./objective.js";
import type { Point } from "./preconditioned.js";

/** Gradient and curvature for draws: those of the objective where effects are constant, see {@link pathDoubt} else. */
export function drawingSystem(problem: Problem, at: Point): ArrowSystem {
  const { layout, design } = problem;
  const { path } = layout;
  const system = arrowSystem(layout.shared, layout.perUnit, design.units);
  if (!path || path.knots < 2) {
    linearise(problem, at.shared, at.own, system);
    return system;
  }
  const pathPrecision = problem.pathPrecision.map((precision, c) =>
    unscaledPrecision(precision, knotValues(path, design.channels, c, at.shared)),
  );
  linearise({ ...problem, pathPrecision }, at.shared, at.own, system);
  const { sharedBlock, crossBlock, unitBlock, sharedGradient, unitGradient } = system;
  for (const numbers of [sharedBlock, crossBlock, unitBlock, sharedGradient, unitGradient]) {
    for (let i = 0; i < numbers.length; i++) numbers[i]! /= pathDoubt ** 2;
  }
  return system;
}

/** @param factor of the objective at the mode, which serves where effects are constant */
export function drawingFactor(problem: Problem, mode: Point, factor: ArrowFactor): ArrowFactor {
  const { path } = problem.layout;
  return !path || path.knots < 2 ? factor : (factorArrow(drawingSystem(problem, mode), 0) ?? factor);
}
