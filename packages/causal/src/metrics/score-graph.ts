// All figures of one found graph against a known truth.

import type { CausalGraph } from "@mmm/core";
import { usageError } from "@mmm/core";
import { type Adjacency, adjacencyOf, maxLagOf, nodeIndex, weightsOf } from "../graph/adjacency.js";
import { brierScore, expectedCalibrationError } from "./calibration.js";
import { auprc, auroc, offDiagonal } from "./ranking.js";
import { laggedDistance, type StructureScore, shdCpdag, structureScore } from "./structure.js";

/** The known graph: what simulators return and answer keys hold. */
export interface TrueGraph {
  readonly nodes: readonly string[];
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    readonly lag: number;
    readonly weight: number;
  }[];
}

export interface GraphScore extends StructureScore {
  readonly shdCpdag: number;
  readonly auroc: number;
  readonly auprc: number;
  /** Null where the graph has no probabilities. */
  readonly brier: number | null;
  readonly ece: number | null;
  /** Present when the truth or the estimate has lagged edges. */
  readonly lagged: { readonly auroc: number; readonly auprc: number; readonly shd: number } | null;
}

/** The true edges of one lag as marks. */
export function truthAdjacency(truth: TrueGraph, lag = 0): Adjacency {
  return adjacencyOf({ nodes: truth.nodes, edges: truth.edges.map(asSelected) }, lag);
}

/** The true weights of one lag. */
export function truthWeights(truth: TrueGraph, lag = 0): Float64Array {
  return weightsOf({ nodes: truth.nodes, edges: truth.edges.map(asSelected) }, { lag });
}

/**
 * Score a graph against the truth: contemporaneous part by {@link structureScore}, AUROC and AUPRC of |weight| over
 * ordered off-diagonal pairs, calibration where there are probabilities, and the lagged part (largest |weight| over
 * lags, self edges included).
 *
 * @throws MmmError `SHAPE` when the graphs are over different nodes
 */
export function scoreGraph(graph: CausalGraph, truth: TrueGraph): GraphScore {
  const index = nodeIndex(graph.nodes);
  if (truth.nodes.length !== graph.nodes.length || truth.nodes.some((name) => !index.has(name))) {
    throw usageError("SHAPE", `The graph is over ${graph.nodes.join(", ")}; the truth over ${truth.nodes.join(", ")}.`);
  }
  const aligned: TrueGraph = { nodes: graph.nodes, edges: truth.edges };
  const labels = truthAdjacency(aligned);
  const estimate = adjacencyOf(graph);
  const strength = offDiagonal(weightsOf(graph, { selectedOnly: false }), { absolute: true });
  const flat = offDiagonal(labels);
  const probabilities = graph.edges.some((edge) => edge.lag === 0 && edge.probability !== null)
    ? offDiagonal(probabilitiesOf(graph))
    : null;
  return {
    ...structureScore(estimate, labels),
    shdCpdag: shdCpdag(estimate, labels),
    auroc: auroc(strength, flat),
    auprc: auprc(strength, flat),
    brier: probabilities && brierScore(probabilities, flat),
    ece: probabilities && expectedCalibrationError(probabilities, flat),
    lagged: scoreLagged(graph, aligned),
  };
}

/** Edge probabilities of one lag, `[size, size]`; pairs without one are 0. */
export function probabilitiesOf(graph: Pick<CausalGraph, "nodes" | "edges">, lag = 0): Float64Array {
  const size = graph.nodes.length;
  const index = nodeIndex(graph.nodes);
  const out = new Float64Array(size * size);
  for (const edge of graph.edges) {
    if (edge.lag === lag) out[index.get(edge.from)! * size + index.get(edge.to)!] = edge.probability ?? 0;
  }
  return out;
}

function scoreLagged(graph: CausalGraph, truth: TrueGraph): GraphScore["lagged"] {
  const lags = Math.max(maxLagOf(graph), ...truth.edges.map((edge) => edge.lag));
  if (lags === 0) return null;
  const size = graph.nodes.length;
  const strength = new Float64Array(size * size);
  const labels = new Uint8Array(size * size);
  let shd = 0;
  for (let lag = 1; lag <= lags; lag++) {
    const weights = weightsOf(graph, { lag, selectedOnly: false });
    const marks = truthAdjacency(truth, lag);
    shd += laggedDistance(adjacencyOf(graph, lag), marks);
    for (let k = 0; k < strength.length; k++) {
      strength[k] = Math.max(strength[k]!, Math.abs(weights[k]!));
      if (marks[k]) labels[k] = 1;
    }
  }
  return { auroc: auroc(strength, labels), auprc: auprc(strength, labels), shd };
}

function asSelected(edge: TrueGraph["edges"][number]) {
  return { ...edge, probability: null, sign: Math.sign(edge.weight) as -1 | 0 | 1, selected: true };
}
