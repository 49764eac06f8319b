// The default engine: the DAG with the lowest (extended) BIC, found exactly for few columns and by order search for
// more. Scale-free, linear, Gaussian likelihood. An undirected edge means that data of this kind cannot tell the
// direction, or that this much data cannot tell it surely. Prefer `lingam` when residuals are clearly not Gaussian.

import { createRandom, type Diagnostic, type RunHooks } from "@mmm/core";
import { type Adjacency, pairsOf, sizeOf } from "../graph/adjacency.js";
import { dagToCpdag, orientByKnowledge } from "../graph/equivalence.js";
import { topologicalOrder } from "../graph/order.js";
import { edgePosterior, probableMarks } from "../search/dag-average.js";
import { dagOf, edgeWeights, mirrorUndirected } from "../search/edge-weights.js";
import { bestDag, type DagSolution } from "../search/exact-order.js";
import { type Penalty, parentCap, pricePerParent } from "../search/local-score.js";
import { searchOrder } from "../search/order-search.js";
import { subsetScores } from "../search/subset-scores.js";
import { parentTrees } from "../search/trees.js";
import type { ResamplableEngine } from "../stability/resampler.js";
import { type ContemporaneousProblem, contemporaneousEngine } from "./contemporaneous-engine.js";

export interface OrderBicSettings {
  /** Price of an edge. Default "extended" (`log n + 2 log d`); 1 is plain BIC. */
  readonly penalty?: Penalty;
  /** Up to this many columns the optimum is found exactly. Default 18 (40 MB, 0.2 s), at most 20 (170 MB, 0.6 s). */
  readonly exactUpTo?: number;
  /**
   * Up to this many columns (and `exactUpTo`) all DAGs are averaged: links are those with posterior probability above ½,
   * heads those that are `sureDirection` given the link. Default 16 (0.4 s; 2 s at 18); 0 draws the class of
   * the best DAG as it is, as the bootstrap always does.
   */
  readonly averageUpTo?: number;
  /** Default 0.9. */
  readonly sureDirection?: number;
  /** Random starts of the order search. Default 8, above 30 columns 3, in the bootstrap 2. */
  readonly restarts?: number;
  /** Shakes of the best order after the starts. Default 30, above 30 columns 8, in the bootstrap 3. */
  readonly shakes?: number;
  /** Default: as many as leave three rows per coefficient. */
  readonly maxParents?: number;
}

/**
 * BIC-optimal structure search.
 *
 * A DAG scores `Σ_j n · log v(j | parents_j) + price · |parents_j|`; `v` is the residual variance. With few columns every
 * DAG counts with `exp(−score / 2)`: links with more than half of the weight are drawn, with a head where the direction is
 * sure and the class of the best DAG has it. With many columns the class of the best DAG is drawn. Weights are
 * standardised coefficients along the order of the best DAG; both directions of an undirected edge carry the same weight.
 * With more columns than rows the number of parents is capped, and the result says so (`FEW_ROWS`).
 *
 * @example const graph = await orderBic().discover(data, { constraints: marketingConstraints({ kpi: "sales", media }) });
 */
export function orderBic(settings: OrderBicSettings = {}): ResamplableEngine {
  const { penalty = "extended", restarts = null, shakes = null, maxParents: most = null } = settings;
  const { averageUpTo = 16, sureDirection = 0.9 } = settings;
  const exactUpTo = Math.min(settings.exactUpTo ?? 18, 20);

  const search = ({ moments, rules, seed, resampling }: ContemporaneousProblem, hooks?: RunHooks): Found => {
    const { size, rows, correlation } = moments;
    const perParent = pricePerParent(penalty, rows, size);
    const maxParents = Math.min(most ?? size, parentCap(rows, size - 1));
    if (size <= exactUpTo) {
      const scores = subsetScores({ correlation, size, rows, perParent, rules, maxParents }, hooks);
      const posterior = size <= averageUpTo && !resampling ? edgePosterior(scores, hooks) : null;
      return { ...bestDag(scores, hooks), posterior };
    }
    const score = { kind: "bic", rows, perParent } as const;
    const trees = parentTrees({ moments: correlation, size, score, maxParents, rules });
    const random = createRandom(seed).split("order-bic");
    const thorough = size <= 30 ? { restarts: 8, shakes: 30 } : { restarts: 3, shakes: 8 };
    const usual = resampling ? { restarts: 2, shakes: 3 } : thorough;
    const effort = { restarts: restarts ?? usual.restarts, shakes: shakes ?? usual.shakes };
    const found = searchOrder({ trees, size, movable: size, required: rules.required, random, ...effort }, hooks);
    return { ...found, posterior: null };
  };

  return contemporaneousEngine({
    id: "order-bic",
    title: "BIC-optimal order search",
    citations: [
      "Andrews, Ramsey, Sanchez-Romero, Camchong & Kummerfeld (2023), Fast scalable and accurate discovery of DAGs using the best order score search and grow-shrink trees. NeurIPS.",
      "Koivisto & Sood (2004), Exact Bayesian structure discovery in Bayesian networks. JMLR 5.",
      "Silander & Myllymäki (2006), A simple approach for finding the globally optimal Bayesian network structure. UAI.",
      "Foygel & Drton (2010), Extended Bayesian information criteria for Gaussian graphical models. NeurIPS.",
    ],
    kind: "cpdag",
    settings: { penalty, exactUpTo, averageUpTo, sureDirection, restarts, shakes, maxParents: most },
    weightScale: "standardised",
    scaleInvariant: true,
    solve(problem, hooks) {
      const { parents, posterior } = search(problem, hooks);
      const best = dagOf(parents);
      const bestClass = orientByKnowledge(dagToCpdag(best), problem.rules.allowed);
      const marks = posterior ? probableMarks(bestClass, posterior, sureDirection) : bestClass;
      const perParent = pricePerParent(penalty, problem.moments.rows, problem.moments.size);
      const weights = edgeWeights(problem.moments, parentsAlong(marks, topologicalOrder(best)), perParent);
      const diagnostics = openDirections(bestClass, marks, sureDirection);
      return { lag: 0, weights: mirrorUndirected(weights, marks), adjacency: marks, diagnostics };
    },
  });
}

interface Found extends DagSolution {
  /** Posterior probability of every edge, when all DAGs were averaged. */
  readonly posterior: Float64Array | null;
}

function openDirections(bestClass: Adjacency, marks: Adjacency, sureDirection: number): Diagnostic[] {
  const size = sizeOf(marks);
  const open = pairsOf(marks).filter(
    ([i, j]) => marks[j * size + i] && bestClass[i * size + j] && !bestClass[j * size + i],
  );
  if (open.length === 0) return [];
  const [edges, have] = open.length === 1 ? ["edge", "has"] : ["edges", "have"];
  return [
    {
      severity: "info",
      code: "OPEN_DIRECTIONS",
      message: `${open.length} ${edges} ${have} a direction in the best graph, but with less than ${Math.round(100 * sureDirection)}% of the posterior, and so no head.`,
      fix: "State the order that you know (tiers, required or forbidden edges), or use more rows.",
    },
  ];
}

/** Parents per node; undirected edges run along the order. */
function parentsAlong(marks: Adjacency, order: readonly number[]): number[][] {
  const size = sizeOf(marks);
  const place = new Int32Array(size);
  for (const [position, node] of order.entries()) place[node] = position;
  return Array.from({ length: size }, (_, j) =>
    order.filter((i) => marks[i * size + j] && (!marks[j * size + i] || place[i]! < place[j]!)).sort((a, b) => a - b),
  );
}
