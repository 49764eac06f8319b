import type { FitModelOptions } from "../define/fit-model.js";
import { networkOptions, structuralOptions } from "../define/fit-model.js";
import type { Model } from "../define/model.js";
import { fitNetwork } from "../network/fit-network.js";
import type { RefitOptions } from "./refit.js";

/**
 * What the tests of a model refit: the whole model, with its network where it has one.
 *
 * Networks are trained anew in every refit. Without a graph: tests are about direct effects. The controls are those of
 * the panel.
 *
 * @param run as for {@link fitModel}
 * @example await crossValidate(panel, refitModel(deepCausal(), { seed: 1 }), { origins: 3, horizon: 13 });
 */
export function refitModel(model: Model, { engine, training, say, ...run }: FitModelOptions = {}): RefitOptions {
  const options = { ...structuralOptions(model), ...run };
  const network = networkOptions(model);
  if (network === null) return options;
  const given = { ...network, ...(engine && { engine }), ...(training && { training }), ...(say && { say }) };
  return { ...options, refit: (panel, structural, hooks) => fitNetwork(panel, structural, given, hooks) };
}
