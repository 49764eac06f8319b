import { type EdgeRules, type LagLayer, reachability } from "@mmm/causal";
import { type CausalEngine, createRandom, type RunHooks } from "@mmm/core";
import { type ContinuousProblem, continuousEngine } from "../discovery/continuous-engine.js";
import { layersOfWeights } from "../discovery/layers.js";
import { centralPath, type PathStage } from "../linear/central-path.js";
import { linearDesign } from "../linear/design.js";
import { gaussianLikelihood } from "../linear/likelihood.js";
import { type LinearProblem, linearProblem, type PenaltyShape } from "../linear/problem.js";
import { insertionSearch, type OrderedFit } from "../order/insertion-search.js";
import type { NodeModel } from "../order/node-model.js";
import { orderOfWeights } from "../order/order-of-weights.js";
import { quasiMcpModel } from "../order/quasi-mcp.js";

// The scale-invariant continuous engine, the one of this package for marketing data: each column has its own noise
// variance and an edge costs the same whatever its size, so the units of the columns cannot matter.

export interface LikelihoodSettings {
  /**
   * Price of an edge in units of log-likelihood: "extended" (default) is (log n + 2 log d)/2, a number multiplies
   * (log n)/2, so 1 is BIC.
   */
  readonly penalty?: "extended" | number;
  /** δ: standardised effects above it pay the full price and are not shrunk. Default 0.001. */
  readonly concavity?: number;
  /** Random starts beside the one at zero. Default 4. */
  readonly restarts?: number;
  /** Random disturbances of the best order found. Default 30. */
  readonly shakes?: number;
}

/**
 * Gaussian likelihood with unequal noise variances, quasi-MCP and a log-determinant path:
 *   min ½ Σ_j log v_j(B) − log|det(I − B)| + Σ p_δ(|B_ij|)   over DAGs, on standardised columns.
 *
 * Each start follows the path while δ falls from 2 to its value, then the causal order found is improved by insertion
 * moves under the same objective. Directions are decided only up to Markov equivalence: of equivalent graphs one is
 * returned.
 *
 * @param lags periods of past to include; then data must be temporal and the graph is lagged
 * @example const graph = await likelihood().discover(data, { constraints, seed: 1 });
 * @see Deng, Bello, Ravikumar, Aragam, NeurIPS 2024. We standardise first, which makes the finite-δ penalty itself
 *   scale-free, and add the order moves.
 */
export function likelihood(settings: LikelihoodSettings = {}): CausalEngine {
  return likelihoodEngine(settings, undefined);
}

/**
 * The same objective for time series and panels: x_t explained by its own period (acyclic) and `lags` past periods.
 *
 * Units are centred one by one. Lagged effects pay the same price.
 *
 * @example const graph = await temporalLikelihood({ lags: 1 }).discover(data);
 */
export function temporalLikelihood(settings: LikelihoodSettings & { readonly lags?: number } = {}): CausalEngine {
  const { lags = 1, ...rest } = settings;
  return likelihoodEngine(rest, lags);
}

function likelihoodEngine(settings: LikelihoodSettings, lags: number | undefined): CausalEngine {
  const { penalty = "extended", concavity = 1e-3, restarts = 4, shakes = 30 } = settings;
  return continuousEngine({
    id: lags === undefined ? "likelihood" : "temporal-likelihood",
    title: lags === undefined ? "Scale-free likelihood with quasi-MCP" : "Scale-free likelihood with quasi-MCP, lagged",
    citations: [
      "Deng, Bello, Ravikumar & Aragam (2024), Markov equivalence and consistency in differentiable structure learning. NeurIPS.",
      "Bello, Aragam & Ravikumar (2022), DAGMA. NeurIPS. (central path)",
      "Foygel & Drton (2010), Extended Bayesian information criteria for Gaussian graphical models. NeurIPS. (price)",
    ],
    settings: { penalty, concavity, restarts, shakes, ...(lags !== undefined && { lags }) },
    weightScale: "standardised",
    scaleInvariant: true,
    ...(lags !== undefined && { lags }),
    solve: (problem, hooks) => {
      return { layers: solveLikelihood(problem, { penalty, concavity, restarts, shakes }, hooks) };
    },
  });
}

function solveLikelihood(
  { moments, targets, rules, seed }: ContinuousProblem,
  { penalty, concavity, restarts, shakes }: Required<LikelihoodSettings>,
  hooks?: RunHooks,
): LagLayer[] {
  const design = linearDesign(moments, targets, true);
  const { predictors, rows } = design;
  const price =
    penalty === "extended"
      ? (Math.log(rows) + 2 * Math.log(predictors)) / (2 * rows)
      : (penalty * Math.log(rows)) / (2 * rows);
  // λδ/2 is what a large edge pays, so λ = 1 and scale = 2·price/δ.
  const problem = linearProblem(design, rules, { lambda: 1 });
  const shapeAt = (delta: number): PenaltyShape => ({ scale: (2 * price) / delta, concavity: delta });
  const stages: PathStage[] = [
    { mu: 1, s: 1, shape: shapeAt(2) },
    { mu: 0.1, s: 0.9, shape: shapeAt(1) },
    { mu: 0.01, s: 0.8, shape: shapeAt(0.5) },
    { mu: 0.001, s: 0.7, shape: shapeAt(Math.max(0.2, concavity)) },
  ];
  const loss = gaussianLikelihood(design, "unequal");
  const model = quasiMcpModel(design, problem, shapeAt(concavity));
  const random = createRandom(seed).split("likelihood");

  let best: OrderedFit | undefined;
  const consider = (order: readonly number[], start: Float64Array): void => {
    const found = insertionSearch(model, problem, order, start, hooks);
    if (!best || found.cost < best.cost - 1e-9) best = found;
  };
  const inner = { functionTolerance: 1e-5, maxIterations: 200 };
  for (let k = 0; k <= restarts; k++) {
    const start = new Float64Array(targets * predictors);
    if (k > 0) for (const position of problem.free) start[position] = (0.2 * random.normal()) / Math.sqrt(targets);
    const end = centralPath(problem, loss, stages, start, inner, hooks).weights;
    consider(orderOfWeights(problem, end), end);
  }
  for (let k = 0; k < shakes; k++) {
    const from = best!;
    const order = [...from.order];
    for (let move = 0; move < 2 + random.integer(Math.max(2, targets >> 2)); move++) {
      const [node] = order.splice(random.integer(targets), 1);
      order.splice(random.integer(targets + 1), 0, node!);
    }
    consider(respectRequired(order, problem.required), from.weights);
  }
  return rankedLayers(best!, model, problem, rules);
}

// The selected weights, and for every other pair that closes no cycle the weight it would get on joining.
function rankedLayers(found: OrderedFit, model: NodeModel, problem: LinearProblem, rules: EdgeRules): LagLayer[] {
  const { targets: d, predictors } = problem;
  const layers = layersOfWeights(found.weights, d, predictors, rules, { threshold: 0 });
  const reach = reachability(Uint8Array.from(layers[0]!.adjacency));
  for (const position of problem.free) {
    const target = Math.floor(position / predictors);
    const predictor = position % predictors;
    if (found.weights[position] !== 0 || (predictor < d && reach[target * d + predictor])) continue;
    const row = found.weights.subarray(target * predictors, (target + 1) * predictors);
    const layer = layers[Math.floor(predictor / d)]!.weights as Float64Array;
    layer[(predictor % d) * d + target] = model.entryWeight!(target, predictor, row);
  }
  return layers;
}

// The given order with required causes moved before their effects.
function respectRequired(order: readonly number[], required: Uint8Array): number[] {
  const d = order.length;
  const out: number[] = [];
  const placed = new Uint8Array(d);
  const place = (node: number): void => {
    if (placed[node]) return;
    placed[node] = 1;
    for (const cause of order) if (required[node * d + cause]) place(cause);
    out.push(node);
  };
  for (const node of order) place(node);
  return out;
}
