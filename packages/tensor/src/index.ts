export { type ConstantRecorder, constant } from "./array/constant.js";
export { dtypeOf, type NdArray, type NdData, type NdType, ndArray, scalarOf, sizeOf } from "./array/nd-array.js";
export { readSafetensors, type SafetensorsFile, writeSafetensors } from "./array/safetensors.js";
export { type BackendName, type BackendOptions, setupBackend } from "./backend/backend.js";
export type { Bijection } from "./constraint/bijection.js";
export { interval, unconstrained, unitInterval } from "./constraint/interval.js";
export { exponential, positive } from "./constraint/positive.js";
export { simplex } from "./constraint/simplex.js";
export { hill } from "./curve/hill.js";
export { type LagConvolveOptions, lagConvolve } from "./curve/lag-convolve.js";
export { type NoiseKind, standardNoise } from "./density/standard-noise.js";
export { type CompileOptions, compile, compileStep } from "./engine/compile.js";
export { type EagerEngineOptions, eagerEngine } from "./engine/eager.js";
export { checkStateShapes, lifetime } from "./engine/engine-checks.js";
export type {
  Argument,
  ArgumentLeaf,
  CompiledFunction,
  CompiledStep,
  Result,
  ShardedStep,
  ShardedTraining,
  StepResult,
  TensorEngine,
  TensorEngineCapabilities,
  TensorTree,
} from "./engine/tensor-engine.js";
export { registerGradients } from "./gradient/register.js";
export { type ValueAndGradient, valueAndGrad, valueAndGradWithAux } from "./gradient/value-and-grad.js";
export { defineKernel, type KernelDefinition, type Tensors } from "./kernel/define-kernel.js";
export type { CausalLayer, CausalLayerInput, CausalLayerOutput, Multipliers } from "./module/causal-layer.js";
export type { TensorModule } from "./module/module.js";
export { type AdamOptions, type AdamState, adam, adamw, momentum, scaleByAdam, sgd } from "./optimiser/adam.js";
export {
  addDecayedWeights,
  clipByGlobalNorm,
  globalNorm,
  scale,
  scaleByLearningRate,
  scaleBySchedule,
} from "./optimiser/scale.js";
export { constantSchedule, cosineDecay, exponentialDecay, linearSchedule, warmupCosine } from "./optimiser/schedule.js";
export {
  applyUpdates,
  chain,
  type GradientTransformation,
  type Schedule,
  stateless,
  type Transformed,
} from "./optimiser/transformation.js";
export { type GumbelSoftmaxOptions, gumbelSoftmax } from "./random/gumbel-softmax.js";
export {
  dropout,
  type KeyedOptions,
  type RandomUniformAttributes,
  randomNormal,
  randomUniform,
  uniformsOf,
} from "./random/keyed.js";
export { type GruOptions, type GruParams, gru } from "./recurrence/gru.js";
export type { GruRecorder } from "./recurrence/gru-recomputing.js";
export { type LoopRecorder, type LoopResult, type LoopStep, loop } from "./recurrence/loop.js";
export { type ScanStep, scan } from "./recurrence/scan.js";
export {
  acyclicityLogDeterminant,
  acyclicityTraceExponential,
  type TraceExponentialOptions,
} from "./structure/acyclicity.js";
export type { ArrayTree, BestParams, TrainingCheckpoint } from "./training/checkpoint.js";
export { decodeCheckpoint, encodeCheckpoint } from "./training/checkpoint.js";
export { type LbfgsOptions, type LbfgsResult, lbfgs } from "./training/lbfgs.js";
export { type Divergence, type TrainOptions, type TrainResult, train, type UnitAxes } from "./training/train.js";
export {
  flattenTree,
  isLeaf,
  leavesOf,
  mapTree,
  type ParameterTree,
  unflattenTree,
  type WithLeaves,
  zipTrees,
} from "./tree/tree.js";
