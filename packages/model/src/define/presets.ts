import { notearsLayer } from "@mmm/causal-notears";
import { gruPath } from "@mmm/temporal-gru";
import { layerGraph } from "../causal/layer-graph.js";
import { defineModel, type Model, movingLevel, networkEffects } from "./model.js";

/** Hierarchical structural model with constant effects: the default. */
export function structural(): Model {
  return defineModel({ name: "structural" });
}

/** For one series, a country or a brand: nothing is pooled over units. */
export function national(): Model {
  return defineModel({ name: "national", baseline: movingLevel({ commonShocks: false }) });
}

/**
 * Effects that a GRU moves over time and a graph learned by a differentiable layer (NOTEARS), on the structural model:
 * geometric carryover, Hill saturation, pooled units, Huber noise.
 */
export function deepCausal(): Model {
  return defineModel({
    name: "deepCausal",
    temporal: networkEffects(gruPath({ hidden: 8 })),
    causal: layerGraph((task) => notearsLayer(task)),
  });
}

/** The presets by name. */
export const presets: Readonly<Record<"structural" | "national" | "deepCausal", () => Model>> = {
  structural,
  national,
  deepCausal,
};
