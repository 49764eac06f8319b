// What all engines that work on checked rows share: the frame of the result, progress, and the bootstrap's fast path. A
// frame adds how to check and prepare the data, and how to find the layers of the graph.

import {
  type CausalCapabilities,
  type CausalData,
  type CausalEngine,
  type CausalGraph,
  type Diagnostic,
  type DiscoverOptions,
  defineCausalEngine,
  type RunHooks,
  throwIfCancelled,
} from "@mmm/core";
import { graphFromLayers, type LagLayer } from "../graph/adjacency.js";
import { dataDiagnostics } from "../moments/check-data.js";
import { type Moments, momentsOf } from "../moments/moments.js";
import { type ResamplableEngine, repeatRows } from "../stability/resampler.js";

/** Data that passed the checks. */
export interface PreparedData {
  /** The rows to learn from; for lagged engines each with its past. */
  readonly data: CausalData;
  readonly moments: Moments;
}

export interface Solved {
  readonly layers: readonly LagLayer[];
  readonly diagnostics?: readonly Diagnostic[];
}

export interface EngineFrame<Problem extends PreparedData, Answer extends Solved | Promise<Solved>> {
  readonly id: string;
  readonly title: string;
  readonly citations: readonly string[];
  readonly capabilities: CausalCapabilities;
  readonly kind: CausalGraph["kind"];
  readonly weightScale: string;
  /** Settings to write into the graph. */
  readonly settings: (problem: Problem) => Readonly<Record<string, unknown>>;
  /** Checks data and options. @throws MmmError naming what is wrong */
  readonly prepare: (data: CausalData, options: DiscoverOptions | undefined) => Problem;
  /** @param resampling true inside the bootstrap, where many cheap answers beat one thorough answer */
  readonly solve: (problem: Problem, resampling: boolean, hooks?: RunHooks) => Answer;
  /** True when `solve` reads rows and not only moments. */
  readonly readsRows?: boolean;
}

/** The engine a frame describes. */
export function discoveryEngine<Problem extends PreparedData>(
  frame: EngineFrame<Problem, Solved | Promise<Solved>>,
): CausalEngine {
  const { id, title, citations, capabilities, kind, weightScale } = frame;
  const version = "1";
  return defineCausalEngine({
    id,
    specVersion: "v1",
    version,
    title,
    citations,
    capabilities,
    async discover(data, options, hooks) {
      throwIfCancelled(hooks);
      const problem = frame.prepare(data, options);
      hooks?.onProgress?.({ phase: id, step: 0, total: 1 });
      const { layers, diagnostics = [] } = await frame.solve(problem, false, hooks);
      hooks?.onProgress?.({ phase: id, step: 1, total: 1 });
      return graphFromLayers({
        kind,
        nodes: data.columns,
        layers,
        engine: { id, version, settings: frame.settings(problem) },
        weightScale,
        diagnostics: [...dataDiagnostics(problem.moments), ...diagnostics],
      });
    },
  });
}

/** The same with the bootstrap's fast path: checks once, and one pass over the rows per replicate. */
export function resamplableEngine<Problem extends PreparedData>(
  frame: EngineFrame<Problem, Solved>,
): ResamplableEngine {
  const resampler: ResamplableEngine["resampler"] = (data, options) => {
    const problem = frame.prepare(data, options);
    const { rows, unitOffsets = [0, rows] } = problem.data;
    return {
      rows,
      unitOffsets,
      estimate(weights) {
        const drawn = frame.readsRows ? repeatRows(problem.data, weights) : problem.data;
        const moments = frame.readsRows ? momentsOf(drawn) : momentsOf(drawn, weights);
        return frame.solve({ ...problem, data: drawn, moments }, true).layers;
      },
    };
  };
  return Object.freeze({ ...discoveryEngine(frame), resampler });
}
