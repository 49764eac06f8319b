// Settings of the neural engine, with the defaults used for every figure in the README.

import { usageError } from "@mmm/core";
import { eagerEngine, type TensorEngine } from "@mmm/tensor";
import type { GrangerViSettings } from "../discover/settings.js";

export interface NeuralSettings extends Omit<GrangerViSettings, "saturations" | "harmonics" | "blockShops"> {
  /** Runs the network. Default: tfjs on WebAssembly; `onnxEngine()` of `@mmm/tensor-onnx` is several times faster. */
  readonly engine?: TensorEngine;
  /** Width of the encoder. Default 24. */
  readonly hidden?: number;
  /** Default 120. */
  readonly steps?: number;
  /** Shops per step. Default 32. */
  readonly batchShops?: number;
  /** Default 0.01, falling to 0 along a cosine. */
  readonly learningRate?: number;
  /**
   * "exact": clusters and the encoder's first lessons come from the posterior of the exact engine on the same shops.
   * "none": everything is learned from the bound. Default "exact".
   */
  readonly warmStart?: "exact" | "none";
  /**
   * How edges enter the likelihood: "expected" sums over them in closed form, "gumbel" draws them softly, with a falling
   * temperature, "straight-through" draws them hard with the gradient of the soft draw. Default "expected".
   */
  readonly edges?: "expected" | "gumbel" | "straight-through";
  /** First and last temperature of drawn edges. Default 1 and 0.3. */
  readonly temperature?: readonly [number, number];
  /** Steps ahead that the decoder is trained to roll out. Default 2. */
  readonly rollOut?: number;
  /** Per-channel saturation; false makes responses straight. Default true. */
  readonly saturation?: boolean;
}

export interface ResolvedNeuralSettings {
  readonly seed: number;
  readonly hidden: number;
  readonly steps: number;
  readonly batchShops: number;
  readonly learningRate: number;
  readonly warmStart: "exact" | "none";
  readonly edges: "expected" | "gumbel" | "straight-through";
  readonly temperature: readonly [number, number];
  readonly rollOut: number;
  readonly saturation: boolean;
  readonly decays: readonly number[];
  readonly sharing: "mixture" | "none";
  readonly useContext: boolean;
  readonly edgePrior: number;
  readonly threshold: number;
}

/** Check settings and fill in defaults. */
export function resolveNeural(settings: NeuralSettings): ResolvedNeuralSettings & { readonly engine: TensorEngine } {
  const resolved = {
    engine: settings.engine ?? eagerEngine(),
    seed: settings.seed ?? 1,
    hidden: settings.hidden ?? 24,
    steps: settings.steps ?? 120,
    batchShops: settings.batchShops ?? 32,
    learningRate: settings.learningRate ?? 0.01,
    warmStart: settings.warmStart ?? "exact",
    edges: settings.edges ?? "expected",
    temperature: settings.temperature ?? ([1, 0.3] as const),
    rollOut: settings.rollOut ?? 2,
    saturation: settings.saturation ?? true,
    decays: settings.decays ?? [0.2, 0.45, 0.7],
    sharing: settings.sharing ?? "mixture",
    useContext: settings.useContext ?? true,
    edgePrior: settings.edgePrior ?? 0.2,
    threshold: settings.threshold ?? 0.5,
  } as const;
  for (const name of ["hidden", "steps", "batchShops", "rollOut"] as const) {
    if (!Number.isInteger(resolved[name]) || resolved[name] < 1) {
      throw usageError("BAD_SETTING", `${name} is ${resolved[name]}; it must be a whole number of at least 1.`);
    }
  }
  const temperatures = resolved.temperature.every((value) => value > 0);
  if (!temperatures || !(resolved.learningRate > 0)) {
    throw usageError(
      "BAD_SETTING",
      `temperature is [${resolved.temperature.join(", ")}] and learningRate ${resolved.learningRate}; all must be above 0.`,
    );
  }
  return resolved;
}
