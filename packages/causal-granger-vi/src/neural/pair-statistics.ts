import { type DesignOptions, designShop } from "../evidence/design.js";
import { sweep } from "../evidence/parent-sets.js";
import { columnPlaces, gramMatrix, pickGram, projectNuisance, targetColumns } from "../evidence/projection.js";
import type { Shop } from "../shops/shop.js";

/** Numbers per ordered pair. */
export const pairNumbers = 3;

/**
 * What a shop's regressions say about each ordered pair: t-value among all sources, t-value alone (both divided by 4),
 * and the coefficient among all sources; `[from, to, number]` row-major, zero where nothing can be said.
 */
export function pairStatistics(shop: Shop, nodes: number, options: DesignOptions): Float32Array {
  const out = new Float32Array(nodes * nodes * pairNumbers);
  const design = designShop(shop, nodes, options);
  if (design.rows < nodes + design.deterministic + 4) return out;
  const gram = gramMatrix(design.columns);
  const places = columnPlaces(design, 1, options.ownLags);
  for (let to = 0; to < nodes; to++) {
    const sources = Array.from({ length: nodes }, (_, j) => j).filter(
      (j) => j !== to && gram[places.effect(j, 0) * design.columns.length + places.effect(j, 0)]! > 1e-9,
    );
    const { nuisance, kept } = targetColumns(design, to, sources, 1, options.ownLags);
    const picked = pickGram(gram, design.columns.length, [...nuisance, ...kept]);
    const { gram: projected, freedom } = projectNuisance(picked, nuisance.length, 1, design.rows);
    const size = sources.length + 1;
    const last = size - 1;
    const total = projected[last * size + last]!;
    if (!(total > 1e-9)) continue;
    const work = projected.slice();
    for (let k = 0; k < last; k++) {
      work[k * size + k]! += 1;
      sweep(work, size, k, 1);
    }
    const noise = Math.max(work[last * size + last]!, 1e-9 * total) / Math.max(1, freedom - last);
    sources.forEach((from, k) => {
      const at = (from * nodes + to) * pairNumbers;
      const coefficient = work[k * size + last]!;
      const own = Math.max(projected[k * size + k]!, 1e-9);
      const alone = projected[k * size + last]! / Math.sqrt(own);
      const left = Math.max(total - alone ** 2, 1e-9 * total) / Math.max(1, freedom - 1);
      out[at] = coefficient / Math.sqrt(noise * -work[k * size + k]!) / 4;
      out[at + 1] = alone / Math.sqrt(left) / 4;
      out[at + 2] = coefficient;
    });
  }
  return out;
}
