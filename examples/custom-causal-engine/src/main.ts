// The new engine beside ours on data with a known graph: same contract, so comparison, bootstrap and scores just work.

import { compareEngines, edgeProbabilities, lingam, orderBic, scoreGraph } from "@mmm/causal";
import { simulateInternallyStandardised } from "@mmm/causal/simulate";
import { correlationTree } from "./correlation-tree.js";

const { data, truth } = simulateInternallyStandardised({ family: "ER1", size: 8, seed: 1, rows: 300, noise: "exp" });
const { rows } = await compareEngines(data, [correlationTree(), orderBic(), lingam()]);
for (const { engine, graph } of rows) {
  console.log(`${engine.padEnd(18)} SHD ${scoreGraph(graph!, truth).shd} of ${truth.edges.length} edges`);
}

const graph = await edgeProbabilities(data, correlationTree(), { replicates: 100 });
for (const edge of graph.edges.filter(({ selected }) => selected)) {
  console.log(`${edge.from} → ${edge.to}: drawn in ${Math.round(100 * edge.probability!)} % of resampled data sets`);
}
