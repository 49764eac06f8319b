// From a model and a panel to a fit.

import { createPanel, type Panel, type RunHooks, usageError } from "@mmm/core";
import type { LiftTest } from "@mmm/data";
import type { TensorEngine } from "@mmm/tensor";
import { withGraph } from "../causal/with-graph.js";
import { type Fit, fitStructural } from "../fit/fit.js";
import { fitNetwork, type NetworkOptions } from "../network/fit-network.js";
import type { TrainingOptions } from "../network/train-path.js";
import type { PerChannel, StructuralOptions } from "../structural/settings.js";
import type { TensorFormulas } from "../structural/tensor-model.js";
import type { Curve, CurveSlot, Model, NetworkEffects } from "./model.js";

/** What belongs to a run rather than to a model. */
export interface FitModelOptions
  extends Pick<StructuralOptions, "holdout" | "lags" | "burnIn" | "draws" | "interval" | "seed"> {
  readonly liftTests?: readonly LiftTest[];
  /** Where a network is trained. Default: ONNX in Node, else tfjs on WebAssembly. */
  readonly engine?: TensorEngine;
  readonly training?: TrainingOptions;
  /** Told, in one line, when a slower engine had to be taken. */
  readonly say?: (line: string) => void;
}

/**
 * Fit a model to a panel.
 *
 * @returns the fit, from which results, charts, forecasts and plans are computed
 * @throws MmmError of kind `usage` for slots that do not suit the panel, `data` for channels or units without data
 * @example
 * const fit = await fitModel(panel, deepCausal(), { holdout: 13, seed: 1 });
 */
export async function fitModel(
  panel: Panel,
  model: Model,
  { engine, training, say, ...run }: FitModelOptions = {},
  hooks?: RunHooks,
): Promise<Fit> {
  const chosen = withControls(panel, model);
  checkScope(chosen, model);
  const options = { ...structuralOptions(model), ...run };
  const network = networkOptions(model);
  if (network === null) return fitStructural(chosen, options, hooks);
  const fit = await fitNetwork(
    chosen,
    options,
    {
      ...network,
      ...(engine && { engine }),
      ...(training && { training }),
      ...(say && { say }),
    },
    hooks,
  );
  return model.causal === "none" ? fit : withGraph(fit, model.causal, engine ? { engine } : {}, hooks);
}

/** The options of `fitStructural` that a model stands for; a network is not among them. */
export function structuralOptions(model: Model): StructuralOptions {
  const { baseline, seasonality, effects, temporal, causal, noise, priors } = model;
  const { commonShocks } = baseline;
  return {
    level: baseline.kind === "movingLevel",
    ...(commonShocks !== undefined && { commonShocks }),
    ...(seasonality.harmonics !== undefined && { harmonics: seasonality.harmonics }),
    ...(effects.mediaCeiling !== undefined && { mediaCeiling: effects.mediaCeiling }),
    carryover: familiesOf(model.carryover),
    saturation: familiesOf(model.saturation),
    huber: noise.kind === "gaussian" ? Number.POSITIVE_INFINITY : (noise.threshold ?? 2),
    priors,
    graph: causal,
    ...("kind" in temporal && temporal.kind === "walking" && { timeVarying: driftOf(temporal) }),
  };
}

function driftOf({ kind: _, ...drift }: Extract<Model["temporal"], { kind: "walking" }>) {
  return drift;
}

/** What a model says about its network; null where it has none. */
export function networkOptions(model: Model): Pick<NetworkOptions, "temporal" | "range" | "formulas"> | null {
  const temporal = networkOf(model);
  if (temporal === null) return null;
  const { engine, range } = temporal;
  return { temporal: engine, formulas: formulasOf(model), ...(range !== undefined && { range }) };
}

function networkOf({ temporal }: Model): Pick<NetworkEffects, "engine" | "range"> | null {
  if (!("kind" in temporal)) return { engine: temporal };
  return temporal.kind === "network" ? temporal : null;
}

function withControls(panel: Panel, { controls }: Model): Panel {
  if (controls === "all") return panel;
  const wanted = controls === "none" ? [] : controls;
  const unknown = wanted.filter((name) => !panel.roles.controls.includes(name));
  if (unknown.length > 0) {
    throw usageError(
      "UNKNOWN_CONTROL",
      `The model names the control '${unknown[0]}', but the controls are: ${panel.roles.controls.join(", ") || "none"}.`,
      "Correct the name, or give the column the role of a control.",
    );
  }
  return createPanel({ ...panel, roles: { ...panel.roles, controls: [...wanted] } });
}

function checkScope(panel: Panel, { name }: Model): void {
  if (name !== "national" || panel.units.length === 1) return;
  throw usageError(
    "NOT_NATIONAL",
    `The preset 'national' fits one series; these data have ${panel.units.length} units.`,
    "Use the preset 'structural', or sum the data over units first.",
  );
}

function curvesOf<Family, Formula>(slot: CurveSlot<Family, Formula>): readonly Curve<Family, Formula>[] {
  return isByChannel(slot) ? Object.values(slot.byChannel) : [slot];
}

function familiesOf<Family extends object, Formula>(slot: CurveSlot<Family, Formula>): PerChannel<Family> {
  if (!isByChannel(slot)) return familyOf(slot);
  return Object.fromEntries(Object.entries(slot.byChannel).map(([channel, curve]) => [channel, familyOf(curve)]));
}

function familyOf<Family, Formula>(curve: Curve<Family, Formula>): string | Family {
  return hasTensor(curve) ? curve.family : (curve as string | Family);
}

function hasTensor<Family, Formula>(
  curve: Curve<Family, Formula>,
): curve is { readonly family: Family; readonly tensor: Formula } {
  return typeof curve === "object" && curve !== null && "tensor" in curve;
}

function isByChannel<Family, Formula>(
  slot: CurveSlot<Family, Formula>,
): slot is { readonly byChannel: Readonly<Record<string, Curve<Family, Formula>>> } {
  return typeof slot === "object" && slot !== null && "byChannel" in slot;
}

function formulasOf({ carryover, saturation }: Model): TensorFormulas {
  return { carryover: tensorsOf(carryover), saturation: tensorsOf(saturation) };
}

function tensorsOf<Family extends { readonly id: string }, Formula>(
  slot: CurveSlot<Family, Formula>,
): Record<string, Formula> {
  return Object.fromEntries(
    curvesOf(slot).flatMap((curve) => (hasTensor(curve) ? [[curve.family.id, curve.tensor] as const] : [])),
  );
}
