export { discoverShops, type ShopDiscovery } from "./discover/discover.js";
export { learnGraphs } from "./discover/learn.js";
export { type ClusterGraph, clusterGraphs, type GrangerModel, loadModel, saveModel } from "./discover/model.js";
export { forecastShop, type ShopResult, scoreShop, scoreShops } from "./discover/score.js";
export type { GrangerViSettings, ResolvedSettings } from "./discover/settings.js";
export { type GrangerViEngineSettings, grangerVi, graphOfDiscovery } from "./engine.js";
export type { ShopDynamics } from "./forecast/dynamics.js";
export type { Forecast, ForecastOptions } from "./forecast/roll-out.js";
export type { ScoredShop } from "./graph-of-shops.js";
export { grangerLayer } from "./layer/granger-layer.js";
export type { GrangerLayerParams } from "./layer/posterior.js";
export type { GrangerLayerOptions } from "./layer/settings.js";
export type { Bound, GraphMixture } from "./mixture/graph-mixture.js";
export {
  discoverNeural,
  grangerViNeural,
  graphOfNeural,
  type NeuralDiscovery,
  type NeuralEngineSettings,
} from "./neural/engine.js";
export { forecastNeural } from "./neural/forecast-neural.js";
export { learnNeural } from "./neural/learn-neural.js";
export {
  loadNeuralModel,
  type NeuralBound,
  type NeuralModel,
  neuralClusters,
  saveNeuralModel,
} from "./neural/model.js";
export { type NeuralCurves, type NeuralShop, neuralCurve, scoreNeural } from "./neural/score-neural.js";
export type { NeuralSettings, ResolvedNeuralSettings } from "./neural/settings.js";
export { type EdgeResponse, type ResponseCurve, responseCurve, type ShopResponses } from "./response/curves.js";
export type { ResponseShape, Saturation } from "./response/shapes.js";
export { type ExampleShops, exampleShops } from "./shops/example-shops.js";
export { type BlockColumns, type RowBlock, shopsFromBlocks } from "./shops/from-blocks.js";
export { shopsFromCausalData } from "./shops/from-causal-data.js";
export { type Shop, type ShopLayout, type ShopSource, shopBlocks } from "./shops/shop.js";
