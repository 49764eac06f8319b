export { createLogDeterminant, type LogDeterminant } from "./acyclicity/log-determinant.js";
export { createTraceExponential, type TraceExponential } from "./acyclicity/trace-exponential.js";
export {
  type BoundedMinimiser,
  createBoundedMinimiser,
  type MinimiseOptions,
  type MinimiseResult,
} from "./bounded-minimisation/minimise.js";
export { type DagmaSettings, dagma } from "./engines/dagma.js";
export { type DynotearsSettings, dynotears } from "./engines/dynotears.js";
export { type GolemSettings, golem } from "./engines/golem.js";
export { type LikelihoodSettings, likelihood, temporalLikelihood } from "./engines/likelihood.js";
export { type NotearsSettings, notears } from "./engines/notears.js";
export { type NotearsAdditiveSettings, notearsAdditive } from "./engines/notears-additive.js";
export { dagmaMlp, notearsMlp, type PerceptronSettings } from "./engines/perceptron-engines.js";
export { initialMultipliers, type MultiplierOptions, nextMultipliers } from "./layer/multipliers.js";
export {
  type NotearsLayer,
  type NotearsLayerOptions,
  type NotearsLayerParams,
  notearsLayer,
} from "./layer/notears-layer.js";
export type { BasisKind } from "./nonlinear/basis.js";
