import { edgeRules } from "@mmm/causal";
import { type CausalConstraints, usageError } from "@mmm/core";
import type { NoiseKind } from "@mmm/tensor";

export interface GrangerLayerOptions {
  readonly channels: readonly string[];
  /** Cells (units × periods) behind the mean likelihood: the divergences are divided by it. Default 100. */
  readonly cells?: number;
  /** Past periods a channel is carried over. Default 4. */
  readonly lags?: number;
  /** Give every unit its own graph, under a common prior that is learned. Names, in the order of the activity. */
  readonly units?: readonly string[];
  /** Graphs in the prior of the units' graphs. Default 1. */
  readonly clusters?: number;
  /** Prior probability of an edge. Default 0.2. */
  readonly edgePrior?: number;
  /** Prior standard deviation of an effect, in standard deviations of the child per one of the parent. Default 0.5. */
  readonly slab?: number;
  /** "student" (5 degrees of freedom, default) tolerates bursts. */
  readonly noise?: NoiseKind;
  /** Temperature of sampled edges, used when the input has a key. Default 0.5. */
  readonly temperature?: number;
  /** Sampled edges are 0 or 1 with the gradient of the soft sample. Default false. */
  readonly straightThrough?: boolean;
  /** Edges at least this probable are in the graph. Default 0.5. */
  readonly threshold?: number;
  readonly constraints?: CausalConstraints;
}

/** Options with their defaults, and what the constraints say of every ordered pair. */
export type LayerSettings = Required<Omit<GrangerLayerOptions, "units" | "constraints">> &
  Pick<GrangerLayerOptions, "units"> & { readonly size: number; readonly rules: ReturnType<typeof edgeRules> };

/** Check options and fill in defaults. */
export function layerSettings(options: GrangerLayerOptions): LayerSettings {
  const { channels, cells = 100, lags = 4, units, clusters = 1, edgePrior = 0.2, slab = 0.5 } = options;
  const { noise = "student", temperature = 0.5, straightThrough = false, threshold = 0.5, constraints } = options;
  const size = channels.length;
  for (const [name, value] of [
    ["lags", lags],
    ["clusters", clusters],
  ] as const) {
    if (!Number.isInteger(value) || value < 1) {
      throw usageError("BAD_SETTING", `${name} is ${value}; it must be a whole number of at least 1.`);
    }
  }
  for (const [name, value] of [
    ["cells", cells],
    ["slab", slab],
    ["temperature", temperature],
  ] as const) {
    if (!(value > 0)) throw usageError("BAD_SETTING", `${name} is ${value}; it must be above 0.`);
  }
  if (!(edgePrior > 0 && edgePrior < 1)) {
    throw usageError("BAD_SETTING", `edgePrior is ${edgePrior}; it must lie between 0 and 1.`);
  }
  return {
    channels,
    size,
    cells,
    lags,
    ...(units && { units }),
    clusters,
    edgePrior,
    slab,
    noise,
    temperature,
    straightThrough,
    threshold,
    rules: edgeRules(channels, constraints),
  };
}
