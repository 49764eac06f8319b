// The plain side: float64 functions over arrays, free of tensors. Import it as `@mmm/transforms/plain`.
export { type BinomialOptions, binomial } from "./adstock/binomial.js";
export {
  type CarryOptions,
  carryOver,
  carryOverInto,
  geometricRecursion,
  meanLag,
} from "./adstock/convolve.js";
export { type DelayedOptions, delayed } from "./adstock/delayed.js";
export {
  type AdstockDefinition,
  type AdstockFamily,
  defineAdstock,
  type LagWeightGradient,
} from "./adstock/family.js";
export { type GeometricOptions, geometric } from "./adstock/geometric.js";
export { noAdstock } from "./adstock/none.js";
export { type WeibullOptions, weibullCdf, weibullPdf } from "./adstock/weibull.js";
export type { Convention } from "./parameter/convention.js";
export {
  constrain,
  constrainDerivative,
  type FamilyDefinition,
  type TransformFamily,
  type TransformParameter,
  unconstrain,
} from "./parameter/parameter.js";
export { type ReachFrequencyOptions, reachFrequency } from "./reach/reach-frequency.js";
export {
  defineSaturation,
  derivativesAlong,
  type SaturationDefinition,
  type SaturationFamily,
  saturate,
} from "./saturation/family.js";
export { type HillOptions, hill } from "./saturation/hill.js";
export { log } from "./saturation/log.js";
export { inverseScaledLogistic, type LogisticOptions, logistic } from "./saturation/logistic.js";
export { type MichaelisMentenOptions, michaelisMenten } from "./saturation/michaelis-menten.js";
export { noSaturation } from "./saturation/none.js";
export { type RootOptions, root } from "./saturation/root.js";
export { type TanhOptions, tanh } from "./saturation/tanh.js";
export { fourierFeatures, fourierNames, fourierSeason } from "./season/fourier.js";
export { linearFeature } from "./trend/linear.js";
export { evenKnots, knotFeatures, knotTrend, slopeChangeFeatures } from "./trend/piecewise.js";
