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
