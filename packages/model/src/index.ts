export { type Draws, type Fit, fitStructural } from "./fit/fit.js";
export { type NaiveForecasts, naiveForecasts, type Scored, score } from "./metrics/metrics.js";
export { type ReadOptions, resultOf, viewFit } from "./result/result.js";
export type * from "./result/types.js";
export { decodeFit, encodeFit, type FitFiles } from "./save/fit-files.js";
export type { StructuralOptions } from "./structural/settings.js";
export { type TensorStructural, tensorStructural } from "./structural/tensor-model.js";
export { intervalOf } from "./uncertainty/interval.js";
export type * from "./view/types.js";
