export {
  type ComparisonRow,
  compareEngines,
  type EngineComparison,
  type VotedEdge,
} from "./compare/compare-engines.js";
export { type EdgeRules, edgeRules } from "./constraints/edge-rules.js";
export { type MarketingRoles, marketingConstraints } from "./constraints/marketing.js";
export {
  discoveryEngine,
  type EngineFrame,
  type PreparedData,
  resamplableEngine,
  type Solved,
} from "./engines/discovery-engine.js";
export { type EqualVarianceSettings, eqvar } from "./engines/equal-variance.js";
export { type GrangerSettings, granger } from "./engines/granger.js";
export { type LassoVarSettings, lassoVar } from "./engines/lasso-var.js";
export { type LingamSettings, lingam } from "./engines/lingam.js";
export { type OrderBicSettings, orderBic } from "./engines/order-bic.js";
export { type PcSettings, pc } from "./engines/pc.js";
export { type PcmciPlusSettings, pcmciPlus } from "./engines/pcmci-plus.js";
export { type SortKey, sortedRegression } from "./engines/sorted-regression.js";
export { type SvarOrderSettings, svarOrder } from "./engines/svar-order.js";
export { type VarLingamSettings, varLingam } from "./engines/varlingam.js";
export {
  type Adjacency,
  adjacencyFromPairs,
  adjacencyFromWeights,
  adjacencyOf,
  edgesOfLayer,
  type GraphParts,
  graphFromLayers,
  type LagLayer,
  maxLagOf,
  nodeIndex,
  pairsOf,
  parentsOf,
  sizeOf,
  weightsOf,
} from "./graph/adjacency.js";
export { backdoorAdjustment, isBackdoorSet } from "./graph/adjustment.js";
export { ancestors, ancestralSet, descendants, reachability } from "./graph/ancestry.js";
export { asDag } from "./graph/as-dag.js";
export { impulseResponses, interventionEffect, totalEffects } from "./graph/effects.js";
export { cpdagToDag, dagToCpdag, orientByKnowledge } from "./graph/equivalence.js";
export { applyMeekRules } from "./graph/meek.js";
export {
  dropWeakestUntilAcyclic,
  findCycle,
  isAcyclic,
  topologicalOrder,
  tryTopologicalOrder,
} from "./graph/order.js";
export { dSeparated } from "./graph/separation.js";
export { type HiddenCauseSign, hiddenCauseSigns } from "./honesty/hidden-causes.js";
export { type HonestyOptions, type HonestyPanel, honestyPanel, type YardstickRow } from "./honesty/honesty-panel.js";
export { type NonGaussianity, nonGaussianity } from "./honesty/non-gaussianity.js";
export { type NormalityTest, normalityTest } from "./honesty/normality.js";
export { type EdgeChange, type RescalingTest, rescalingTest } from "./honesty/rescaling.js";
export { r2Sortability, sortability, varsortability } from "./honesty/sortability.js";
export { type LagChoice, type LaggedDesign, laggedDesign } from "./lagged/lagged-design.js";
export { brierScore, expectedCalibrationError, type ReliabilityBin, reliability } from "./metrics/calibration.js";
export { auprc, auroc, offDiagonal } from "./metrics/ranking.js";
export {
  type GraphScore,
  probabilitiesOf,
  scoreGraph,
  type TrueGraph,
  truthAdjacency,
  truthWeights,
} from "./metrics/score-graph.js";
export { laggedDistance, markDistance, type StructureScore, shdCpdag, structureScore } from "./metrics/structure.js";
export { checkedMoments, type DataRequirements, dataDiagnostics } from "./moments/check-data.js";
export { type Moments, momentsOf } from "./moments/moments.js";
export { type EngineRecommendation, recommendEngine } from "./recommend/recommend-engine.js";
export type { Penalty } from "./search/local-score.js";
export { type BootstrapOptions, bootstrapTally, edgeProbabilities } from "./stability/bootstrap.js";
export { type DrawPlan, drawRowWeights } from "./stability/draw-weights.js";
export { type EdgeTally, mergeTallies, withProbabilities } from "./stability/edge-tally.js";
export { isResamplable, type ResamplableEngine, type Resampler } from "./stability/resampler.js";
