// Everything a reader should see before believing a graph: would sorting by variance have found it, does it survive a
// change of units, do naive yardsticks agree with it, does the noise allow directions, may something be hidden?

import type { CausalData, CausalEngine, CausalGraph, Diagnostic, DiscoverOptions, RunHooks } from "@mmm/core";
import { equalVarianceWarnings } from "../engines/equal-variance.js";
import { sortedRegression } from "../engines/sorted-regression.js";
import { adjacencyOf } from "../graph/adjacency.js";
import { asDag } from "../graph/as-dag.js";
import { type GraphScore, scoreGraph, type TrueGraph } from "../metrics/score-graph.js";
import { structureScore } from "../metrics/structure.js";
import { checkedMoments } from "../moments/check-data.js";
import { type HiddenCauseSign, hiddenCauseSigns } from "./hidden-causes.js";
import { type NonGaussianity, nonGaussianity } from "./non-gaussianity.js";
import { type RescalingTest, rescalingTest } from "./rescaling.js";
import { r2Sortability, varsortability } from "./sortability.js";

export interface YardstickRow {
  readonly id: "randsort" | "varsort" | "r2sort";
  /** Mean SHD between the yardstick's graph and the found one, taking the found one as truth. */
  readonly distance: number;
  /** Mean score against the truth, where it is known. */
  readonly truth: { readonly shd: number; readonly auroc: number } | null;
}

export interface HonestyPanel {
  readonly graph: CausalGraph;
  /** Of the found same-period graph; NaN when it has no edge. */
  readonly varsortability: number;
  readonly r2Sortability: number;
  readonly rescaling: RescalingTest;
  readonly yardsticks: readonly YardstickRow[];
  readonly nonGaussianity: NonGaussianity | null;
  readonly hiddenCauses: readonly (HiddenCauseSign & { readonly columns: readonly string[] })[];
  /** Score of the found graph, where the truth is known. */
  readonly score: GraphScore | null;
  /** The findings in words. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface HonestyOptions extends DiscoverOptions {
  /** A graph already found by `engine`; otherwise it is discovered. */
  readonly graph?: CausalGraph;
  readonly truth?: TrueGraph;
  /** Random orders to average. Default 10. */
  readonly randomOrders?: number;
  /** Rescaled runs. Default 5. */
  readonly rescaledRuns?: number;
}

/**
 * Examine an engine's result on a data set.
 *
 * @example const panel = await honestyPanel(data, orderBic()); panel.diagnostics.forEach(({ message }) => print(message));
 */
export async function honestyPanel(
  data: CausalData,
  engine: CausalEngine,
  options: HonestyOptions = {},
  hooks?: RunHooks,
): Promise<HonestyPanel> {
  const { truth, randomOrders = 10, rescaledRuns = 5 } = options;
  const moments = checkedMoments(data);
  const graph = options.graph ?? (await engine.discover(data, options, hooks));
  const marks = adjacencyOf(graph);
  const dag = asDag(marks);
  const rescaling = await rescalingTest(data, engine, { ...options, runs: rescaledRuns }, hooks);
  const panel = {
    graph,
    varsortability: varsortability(dag, moments),
    r2Sortability: r2Sortability(dag, moments),
    rescaling,
    yardsticks: await yardstickRows(data, graph, options, randomOrders),
    nonGaussianity: data.rows >= 20 ? nonGaussianity(data, graph) : null,
    hiddenCauses: hiddenCauseSigns(marks, moments).map((sign) => ({
      ...sign,
      columns: sign.nodes.map((node) => data.columns[node]!),
    })),
    score: truth ? scoreGraph(graph, truth) : null,
  };
  return { ...panel, diagnostics: findings(panel, engine, equalVarianceWarnings(moments)[0]!) };
}

async function yardstickRows(
  data: CausalData,
  graph: CausalGraph,
  options: HonestyOptions,
  randomOrders: number,
): Promise<YardstickRow[]> {
  const found = asDag(adjacencyOf(graph));
  const row = async (id: YardstickRow["id"], by: "random" | "variance" | "r2", runs: number): Promise<YardstickRow> => {
    let [distance, shd, auroc] = [0, 0, 0];
    for (let run = 0; run < runs; run++) {
      const other = await sortedRegression({ by }).discover(data, { ...options, seed: (options.seed ?? 0) + run });
      distance += structureScore(adjacencyOf(other), found).shd / runs;
      if (!options.truth) continue;
      const score = scoreGraph(other, options.truth);
      shd += score.shd / runs;
      auroc += score.auroc / runs;
    }
    return { id, distance, truth: options.truth ? { shd, auroc } : null };
  };
  return [
    await row("randsort", "random", randomOrders),
    await row("varsort", "variance", 1),
    await row("r2sort", "r2", 1),
  ];
}

function findings(
  panel: Omit<HonestyPanel, "diagnostics">,
  engine: CausalEngine,
  equalVariance: Diagnostic,
): Diagnostic[] {
  const found: Diagnostic[] = [...panel.graph.diagnostics];
  const { changed } = panel.rescaling;
  if (changed.length > 0) {
    const examples = changed.slice(0, 3).map((edge) => `${edge.from} → ${edge.to}`);
    found.push({
      severity: "warning",
      code: "SCALE_ARTEFACT",
      message: `${changed.length} marks change when columns are rescaled (${examples.join(", ")}${changed.length > 3 ? ", …" : ""}): they depend on the units.`,
      fix: "Use an engine whose capabilities say scaleInvariant, such as 'order-bic' or 'lingam'.",
    });
  }
  if (!engine.capabilities.scaleInvariant) {
    if (panel.varsortability > 0.9) {
      found.push({
        severity: "warning",
        code: "VARSORTABLE",
        message: `Sorting the columns by variance gives ${Math.round(100 * panel.varsortability)} % of this graph's order; the engine may have read nothing else.`,
        fix: "Standardise the columns and compare.",
      });
    }
    if (equalVariance.code === "STANDARDISED_COLUMNS" && !found.some(({ code }) => code === equalVariance.code)) {
      found.push(equalVariance);
    }
  }
  if (panel.nonGaussianity?.recommendsLingam && !engine.capabilities.needsNonGaussian) {
    found.push({
      severity: "info",
      code: "NON_GAUSSIAN",
      message: `${panel.nonGaussianity.rejecting} of ${panel.nonGaussianity.perColumn.length} residuals are not Gaussian: the directions left open here can be read from their shape.`,
      fix: "Run 'lingam' (or 'varlingam' for time series) and compare.",
    });
  }
  if (engine.capabilities.needsNonGaussian && panel.nonGaussianity && !panel.nonGaussianity.recommendsLingam) {
    found.push({
      severity: "warning",
      code: "GAUSSIAN_NOISE",
      message: "Residuals are close to Gaussian, so this engine's directions are close to guesses.",
      fix: "Use 'order-bic', which leaves such directions open.",
    });
  }
  for (const sign of panel.hiddenCauses) {
    found.push({
      severity: "warning",
      code: "HIDDEN_CAUSE",
      message: `One unseen cause explains ${sign.columns.join(", ")} better than arrows among them do (BIC ${sign.gain.toFixed(1)} lower).`,
      fix: "Add what could drive them all (season, demand, price) as a column, and read arrows among them with caution.",
    });
  }
  found.push({
    severity: "info",
    code: "SUFFICIENCY_ASSUMED",
    message:
      "All engines here assume that no unseen variable drives two columns; data can refute this, never prove it.",
    fix: "Include seasonality and demand as columns, state what is known as constraints, and test key edges by experiment.",
  });
  return found;
}
