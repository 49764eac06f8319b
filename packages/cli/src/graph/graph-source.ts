// `--graph` of `mmm fit`: an engine by its id, a layer, a file, or none.

import { existsSync, readFileSync } from "node:fs";
import { grangerLayer } from "@mmm/causal-granger-vi";
import { notearsLayer } from "@mmm/causal-notears";
import { type CausalGraph, usageError } from "@mmm/core";
import { type GraphSource, layerGraph } from "@mmm/model";
import { z } from "zod";
import { engineRegistry } from "./engine-list.js";

const layers: Readonly<Record<string, () => GraphSource>> = {
  "notears-layer": () => layerGraph(notearsLayer),
  "granger-layer": () => layerGraph(grangerLayer, { lags: 4, replicates: 0 }),
};

const edge = z.object({
  from: z.string(),
  to: z.string(),
  lag: z.int().min(0).default(0),
  weight: z.number().default(1),
  probability: z.number().min(0).max(1).nullable().default(null),
  selected: z.boolean().default(true),
  directed: z.boolean().exactOptional(),
});
const file = z.object({ nodes: z.array(z.string()).exactOptional(), edges: z.array(edge) });

/**
 * What `--graph` names.
 *
 * @param text `none`, the id of an engine, `notears-layer`, `granger-layer`, or the path of a JSON file: `graph.json` of `mmm graph`, or
 *   just `{ "edges": [{ "from": "tv", "to": "search" }] }`
 * @throws MmmError `NO_SUCH_GRAPH`, `BAD_GRAPH_FILE`
 */
export function graphSource(text: string): GraphSource {
  if (text === "none") return "none";
  const layer = layers[text];
  if (layer) return layer();
  const engines = engineRegistry().list();
  const engine = engines.find(({ id }) => id === text);
  if (engine) return engine;
  if (existsSync(text)) return readGraph(text);
  throw usageError(
    "NO_SUCH_GRAPH",
    `--graph is '${text}', which is no engine and no file. Engines: ${[...engines.map(({ id }) => id), ...Object.keys(layers)].join(", ")}.`,
    "Give one of them, a graph.json, or none.",
  );
}

function readGraph(path: string): CausalGraph {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw badFile(path, (cause as Error).message);
  }
  const { data, error } = file.safeParse(json);
  if (error) {
    throw badFile(path, error.issues.map(({ path: keys, message }) => `${keys.join(".")}: ${message}`).join("; "));
  }
  const nodes = data.nodes ?? [...new Set(data.edges.flatMap(({ from, to }) => [from, to]))];
  return {
    kind: data.edges.some(({ lag }) => lag > 0) ? "lagged" : "dag",
    nodes,
    edges: data.edges.map((given) => ({ ...given, sign: Math.sign(given.weight) as -1 | 0 | 1 })),
    engine: { id: "given", version: "1", settings: { file: path } },
    weightScale: "as given",
    diagnostics: [],
  };
}

const badFile = (path: string, why: string): Error =>
  usageError(
    "BAD_GRAPH_FILE",
    `The graph file '${path}' cannot be used: ${why}.`,
    'Give the graph.json of `mmm graph`, or write {"edges": [{"from": "tv", "to": "search"}]}.',
  );
