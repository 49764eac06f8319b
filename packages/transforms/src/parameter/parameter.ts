// Parameters of transforms and how a free number becomes an allowed value. Solvers and tensor modules search over
// unconstrained numbers; people read constrained ones. Which map is used follows from the bounds alone:
// both bounds finite: scaled logistic; lower bound only: lower + exp; no bound: identity.

import { sigmoid } from "./sigmoid.js";

/** One parameter of a transform: its range for fitting and a sensible start. */
export interface TransformParameter {
  readonly name: string;
  readonly lower: number;
  /** `Infinity` where only positivity is required. */
  readonly upper: number;
  readonly initial: number;
}

/** What every family of transforms says about itself. */
export interface TransformFamily {
  readonly id: string;
  readonly title: string;
  readonly formula: string;
  readonly citation: string;
  readonly parameters: readonly TransformParameter[];
  /** What the family was made with, for manifests and for its tensor form. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A family as its author writes it down; settings may be left out. */
export type FamilyDefinition = Omit<TransformFamily, "settings"> & Partial<Pick<TransformFamily, "settings">>;

/**
 * The allowed value that a free number stands for.
 *
 * `lower + (upper − lower)·σ(free)` between two bounds, `lower + exp(free)` above one, `free` without bounds.
 *
 * @example constrain({ name: "decay", lower: 0, upper: 1, initial: 0.5 }, 0) // 0.5
 */
export function constrain(parameter: TransformParameter, free: number): number {
  const { lower, upper } = parameter;
  if (Number.isFinite(upper)) return lower + (upper - lower) * sigmoid(free);
  if (Number.isFinite(lower)) return lower + Math.exp(Math.min(free, largestExponent));
  return free;
}

/** d constrain / d free. */
export function constrainDerivative(parameter: TransformParameter, free: number): number {
  const { lower, upper } = parameter;
  if (Number.isFinite(upper)) return (upper - lower) * sigmoid(free) * sigmoid(-free);
  if (Number.isFinite(lower)) return Math.exp(Math.min(free, largestExponent));
  return 1;
}

/** The free number of an allowed value; values on or beyond a bound are taken just inside it. */
export function unconstrain(parameter: TransformParameter, value: number): number {
  const { lower, upper } = parameter;
  if (Number.isFinite(upper)) {
    const share = Math.min(1 - 1e-9, Math.max(1e-9, (value - lower) / (upper - lower)));
    return Math.log(share) - Math.log1p(-share);
  }
  if (Number.isFinite(lower)) return Math.log(Math.max(value - lower, 1e-300));
  return value;
}

const largestExponent = 690;
