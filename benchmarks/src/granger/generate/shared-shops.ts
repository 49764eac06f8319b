// The two public shop files; the answer key is opened only by the caller that scores.

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ShopWorld } from "./shop-world.js";

const folder = new URL("../../../../../shared/data/shops/", import.meta.url);

/** The file and its truth as a world, or null where the data folder is absent. */
export function sharedShops(name: "easy" | "hard"): ShopWorld | null {
  const csv = fileURLToPath(new URL(`shops_${name}_seed1.csv`, folder));
  if (!existsSync(csv)) return null;
  const lines = readFileSync(csv, "utf8").trim().split("\n");
  const header = lines[0]!.split(",");
  const truth = JSON.parse(readFileSync(csv.replace(".csv", ".truth.json"), "utf8"));
  const nodes: string[] = truth.nodes;
  const contextNames = header.filter((column) => column.startsWith("context"));
  const rows = new Map<string, number[][]>();
  for (const line of lines.slice(1)) {
    const cells = line.split(",");
    const own = rows.get(cells[0]!) ?? [];
    own.push(cells.map(Number));
    rows.set(cells[0]!, own);
  }
  const shops = [...rows].map(([unit, own]) => {
    const weights = new Float64Array(nodes.length ** 2);
    for (const { from, to, weight } of truth.graphs[unit].edges) {
      weights[nodes.indexOf(from) * nodes.length + nodes.indexOf(to)] = weight;
    }
    return {
      unit,
      cluster: truth.graphs[unit].cluster as number,
      values: Float64Array.from(own.flatMap((row) => nodes.map((node) => row[header.indexOf(node)]!))),
      context: contextNames.map((name_) => own[0]![header.indexOf(name_)]!),
      weights,
    };
  });
  return { nodes, channels: truth.channels, target: truth.target, contextNames, steps: truth.steps, shops };
}
