import type { ShopEvidence } from "../mixture/shop-posterior.js";
import type { Shop } from "../shops/shop.js";
import type { AllowedEdges } from "./allowed-edges.js";
import { candidateSlots, restrictSlots } from "./candidates.js";
import { type DesignOptions, designShop, type ShopDesign } from "./design.js";
import { type ProjectedGram, parentSetEvidence, type TargetEvidence } from "./parent-sets.js";
import { gramMatrix, pickGram, projectNuisance, targetColumns } from "./projection.js";
import { studentInformation, studentRows } from "./student-rows.js";

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
    const { nuisance, kept } = targetColumns(design, target, candidates, options.width, options.ownLags);
    const picked = pickGram(gram, design.columns.length, [...nuisance, ...kept]);
    const all = projectNuisance(picked, nuisance.length, options.width, design.rows);
    const required = allowed.required[target]!;
    const always = required.map((source) => candidates.indexOf(source));
    const slots = candidateSlots(all, slabVariance, always);
    const own = slots.map((slot) => candidates[slot]!);
    sources.push(own);
    const degrees = options.degrees?.[target] ?? 0;
    const system =
      degrees > 0
        ? studentSystem(design, target, own, options, slabVariance, degrees)
        : slots.length === candidates.length
          ? all
          : restrictSlots(all, slots);
    const evidence = parentSetEvidence(system, slabVariance);
    return required.length === 0 ? evidence : keepSets(evidence, own, required);
  });
  return { unit: shop.unit, targets, sources, rows: design.rows };
}

/** The system of a target with Student-t noise: rows weighted, information as such noise has it. */
function studentSystem(
  design: ShopDesign,
  target: number,
  sources: readonly number[],
  { width, ownLags }: DesignOptions,
  slabVariance: number,
  degrees: number,
): ProjectedGram {
  const { nuisance, kept } = targetColumns(design, target, sources, width, ownLags);
  const columns = [...nuisance, ...kept].map((k) => design.columns[k]!);
  const y = columns.at(-1)!;
  const { weights } = studentRows(columns.slice(0, -1), nuisance.length, y, 1 / slabVariance, degrees);
  const share = studentInformation(degrees);
  const weighted = gramMatrix(
    columns,
    weights.map((weight) => share * weight),
  );
  const system = projectNuisance(weighted, nuisance.length, width, design.rows);
  return { ...system, freedom: share * system.freedom };
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
