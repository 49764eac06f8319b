export { type Forecast, type ForecastOptions, fitForecast } from "./forecast/fit-forecast.js";
export { type GruContext, type GruOptions, type GruOutput, type GruParameters, gruModule } from "./gru/gru.js";
export {
  type Baseline,
  type BaselineParameters,
  type Modulation,
  type ModulationOptions,
  timeVaryingBaseline,
  timeVaryingEffects,
} from "./head/modulation.js";
export { type GruPathOptions, type GruPathParameters, gruPath } from "./path/gru-path.js";
export { type KnotPathOptions, type KnotPathParameters, knotPath } from "./path/knots.js";
export { type LocalLevelOptions, type LocalLevelParameters, localLevel } from "./path/local-level.js";
export { type StaticParameters, staticPath } from "./path/static.js";
export {
  roughness,
  type StepPrior,
  stepPenalty,
  type TemporalEngine,
  type TemporalInput,
  type TemporalPath,
} from "./path/temporal-engine.js";
export { type TimeFeatureOptions, timeFeatures } from "./path/time-features.js";
