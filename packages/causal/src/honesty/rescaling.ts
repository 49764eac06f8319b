// The jitter test: change the units of every column and run again. Edges that change were artefacts of scale.

import { type CausalData, type CausalEngine, createRandom, type DiscoverOptions, type RunHooks } from "@mmm/core";
import { adjacencyOf, maxLagOf } from "../graph/adjacency.js";

export interface EdgeChange {
  readonly from: string;
  readonly to: string;
  readonly lag: number;
  /** Share of the rescaled runs whose mark on this ordered pair differs from the original run. */
  readonly share: number;
}

export interface RescalingTest {
  readonly runs: number;
  /** Ordered pairs whose mark changed at least once, most changed first; empty for a scale-free result. */
  readonly changed: readonly EdgeChange[];
}

/**
 * Rerun `engine` with each column multiplied by a random factor, log-uniform over `10^±decades`.
 *
 * @param runs default 5
 * @param decades default 3
 */
export async function rescalingTest(
  data: CausalData,
  engine: CausalEngine,
  options: DiscoverOptions & { readonly runs?: number; readonly decades?: number } = {},
  hooks?: RunHooks,
): Promise<RescalingTest> {
  const { runs = 5, decades = 3, seed = 0 } = options;
  const random = createRandom(seed).split("rescaling");
  const original = await marksByLag(data, engine, options, hooks);
  const size = data.columns.length;
  const changes = new Map<string, { from: string; to: string; lag: number; count: number }>();
  for (let run = 0; run < runs; run++) {
    const factors = data.columns.map(() => 10 ** (decades * (2 * random.uniform() - 1)));
    const values = data.values.map((value, k) => value * factors[k % size]!);
    const again = await marksByLag({ ...data, values }, engine, options, hooks);
    for (let lag = 0; lag < Math.max(original.length, again.length); lag++) {
      for (let k = 0; k < size * size; k++) {
        if ((original[lag]?.[k] ?? 0) === (again[lag]?.[k] ?? 0)) continue;
        const from = data.columns[Math.floor(k / size)]!;
        const to = data.columns[k % size]!;
        const entry = changes.get(`${lag}/${k}`) ?? { from, to, lag, count: 0 };
        entry.count++;
        changes.set(`${lag}/${k}`, entry);
      }
    }
  }
  const changed = [...changes.values()]
    .map(({ count, ...edge }) => ({ ...edge, share: count / runs }))
    .sort((a, b) => b.share - a.share);
  return { runs, changed };
}

async function marksByLag(
  data: CausalData,
  engine: CausalEngine,
  options: DiscoverOptions,
  hooks: RunHooks | undefined,
): Promise<Uint8Array[]> {
  const graph = await engine.discover(data, options, hooks);
  return Array.from({ length: maxLagOf(graph) + 1 }, (_, lag) => adjacencyOf(graph, lag));
}
