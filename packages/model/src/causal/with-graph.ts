import type { CausalConstraints, RunHooks } from "@mmm/core";
import type { TensorEngine } from "@mmm/tensor";
import type { Fit } from "../fit/fit.js";
import { learnChannelGraph } from "./learn-graph.js";
import type { GraphSource } from "./types.js";

/**
 * The same fit with another graph over its channels, or with none. The response is not fitted again: given the
 * activities, graph and response are independent (see {@link learnChannelGraph}).
 *
 * @param options `constraints` over channel names; `replicates` of the bootstrap; edges drawn in fewer than
 *   `minimumProbability` (default 0.9) of them are not followed; `engine` on which a layer is trained
 * @throws MmmError of kind `usage` for a graph that does not suit the channels; what the engine throws
 * @example
 * const fit = await fitStructural(panel, { graph: "none" });
 * const { result } = viewFit(await withGraph(fit, lingam()));
 */
export async function withGraph(
  fit: Fit,
  source: GraphSource,
  options: {
    readonly constraints?: CausalConstraints;
    readonly replicates?: number;
    readonly minimumProbability?: number;
    readonly engine?: TensorEngine;
  } = {},
  hooks?: RunHooks,
): Promise<Fit> {
  const names = fit.panel.roles.channels.map(({ name }) => name);
  const settings = { seed: fit.settings.seed, ...options };
  const learned = await learnChannelGraph(fit.design, names, source, settings, hooks);
  const { causal: _, ...rest } = fit;
  return { ...rest, ...(learned && { causal: learned }) };
}
