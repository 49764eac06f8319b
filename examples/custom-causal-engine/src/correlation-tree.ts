// A causal engine of one's own, in one file: the Chow–Liu tree. It joins the columns by the strongest correlations that
// form no loop, and points edges away from a root. Simple on purpose; it needs nothing but the contract in @mmm/core.

import {
  type CausalEdge,
  type CausalEngine,
  dataError,
  defineCausalEngine,
  throwIfCancelled,
  usageError,
} from "@mmm/core";

/**
 * The maximum-correlation spanning tree, directed away from `root`.
 *
 * Source: Chow & Liu (1968), "Approximating discrete probability distributions with dependence trees".
 * @param root name of the first cause; default the first column
 */
export function correlationTree({ root }: { readonly root?: string } = {}): CausalEngine {
  return defineCausalEngine({
    id: "correlation-tree",
    specVersion: "v1",
    version: "1",
    title: "Chow–Liu tree",
    capabilities: {
      edges: "contemporaneous",
      perUnitGraphs: false,
      probabilities: false,
      constraints: [],
      scaleInvariant: true,
      needsNonGaussian: false,
      maxLag: 0,
    },
    citations: [
      "Chow & Liu (1968), Approximating discrete probability distributions with dependence trees. IEEE TIT 14.",
    ],
    async discover(data, _options, hooks) {
      throwIfCancelled(hooks);
      const { columns } = data;
      const start = root === undefined ? 0 : columns.indexOf(root);
      if (start < 0)
        throw usageError("UNKNOWN_ROOT", `No column is named '${root}'; there are: ${columns.join(", ")}.`);
      const correlation = correlations(columns, data.rows, data.values, data.unitOffsets ?? [0, data.rows]);

      const inTree = new Set([start]);
      const chosen = new Set<string>();
      while (inTree.size < columns.length) {
        let best = { from: -1, to: -1, strength: -1 };
        for (const from of inTree) {
          for (let to = 0; to < columns.length; to++) {
            const strength = Math.abs(correlation[from]![to]!);
            if (!inTree.has(to) && strength > best.strength) best = { from, to, strength };
          }
        }
        inTree.add(best.to);
        chosen.add(`${best.from} ${best.to}`);
      }

      const edges: CausalEdge[] = columns.flatMap((from, i) =>
        columns.flatMap((to, j) => {
          if (i === j) return [];
          const weight = correlation[i]![j]!;
          const sign = Math.sign(weight) as -1 | 0 | 1;
          return [{ from, to, lag: 0, weight, probability: null, sign, selected: chosen.has(`${i} ${j}`) }];
        }),
      );
      return {
        kind: "dag",
        nodes: columns,
        edges,
        engine: { id: "correlation-tree", version: "1", settings: { root: columns[start] } },
        weightScale: "correlation",
        diagnostics: [],
      };
    },
  });
}

/** Correlations of columns centred within each unit; refuses what cannot be correlated. */
function correlations(
  columns: readonly string[],
  rows: number,
  values: Float64Array,
  unitOffsets: readonly number[],
): number[][] {
  const size = columns.length;
  const centred = columns.map((name, j) => {
    const column = Array.from({ length: rows }, (_, t) => values[t * size + j]!);
    const bad = column.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      throw dataError("NOT_FINITE", `Column '${name}' is ${column[bad]} in row ${bad + 1}.`, "Fill the cell.");
    for (let unit = 0; unit + 1 < unitOffsets.length; unit++) {
      const [from, to] = [unitOffsets[unit]!, unitOffsets[unit + 1]!];
      const mean = column.slice(from, to).reduce((sum, value) => sum + value, 0) / (to - from);
      for (let t = from; t < to; t++) column[t]! -= mean;
    }
    const length = Math.hypot(...column);
    if (!(length > 1e-9)) throw dataError("CONSTANT_COLUMN", `Column '${name}' is constant.`, "Leave it out.");
    return column.map((value) => value / length);
  });
  return centred.map((a) => centred.map((b) => a.reduce((sum, value, t) => sum + value * b[t]!, 0)));
}
