import type { ShopEvidence } from "../mixture/shop-posterior.js";
import type { Shop } from "../shops/shop.js";
import { candidateSlots, restrictSlots } from "./candidates.js";
import { type DesignOptions, designShop, gramMatrix, projectTarget } from "./design.js";
import { parentSetEvidence, type TargetEvidence } from "./parent-sets.js";

/** Which sources each target may have and must have. */
export interface AllowedEdges {
  readonly sources: readonly (readonly number[])[];
  readonly required: readonly (readonly number[])[];
}

/** Evidence about every target's parents in one shop. */
export function shopEvidence(
  shop: Shop,
  nodes: number,
  options: DesignOptions,
  slabVariance: number,
  allowed: AllowedEdges,
): ShopEvidence & { readonly rows: number } {
  const design = designShop(shop, nodes, options);
  const gram = gramMatrix(design.columns);
  const sources: number[][] = [];
  const targets = allowed.sources.map((candidates, target) => {
    const all = projectTarget(design, gram, target, candidates, options.width, options.ownLags);
    const required = allowed.required[target]!;
    const always = required.map((source) => candidates.indexOf(source));
    const slots = candidateSlots(all, slabVariance, always);
    const own = slots.map((slot) => candidates[slot]!);
    sources.push(own);
    const evidence = parentSetEvidence(
      slots.length === candidates.length ? all : restrictSlots(all, slots),
      slabVariance,
    );
    return required.length === 0 ? evidence : keepSets(evidence, own, required);
  });
  return { unit: shop.unit, targets, sources, rows: design.rows };
}

/** Only the sets that contain every required source. */
function keepSets(evidence: TargetEvidence, sources: readonly number[], required: readonly number[]): TargetEvidence {
  const { slots, masks, log, estimate, variance } = evidence;
  const needed = required.reduce((mask, source) => mask | (1 << sources.indexOf(source)), 0);
  const rows = Array.from({ length: masks.length }, (_, row) => row).filter((row) => (masks[row]! & needed) === needed);
  if (rows.length === 0) {
    return {
      slots,
      masks: Uint32Array.of(needed),
      log: new Float64Array(1),
      estimate: new Float32Array(slots),
      variance: new Float32Array(slots),
    };
  }
  const pick = (values: Float32Array) =>
    Float32Array.from(
      { length: rows.length * slots },
      (_, at) => values[rows[Math.floor(at / slots)]! * slots + (at % slots)]!,
    );
  return {
    slots,
    masks: Uint32Array.from(rows, (row) => masks[row]!),
    log: Float64Array.from(rows, (row) => log[row]!),
    estimate: pick(estimate),
    variance: pick(variance),
  };
}
