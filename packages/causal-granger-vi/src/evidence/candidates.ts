import { type ProjectedGram, sweep } from "./parent-sets.js";

/** Most sources whose subsets are enumerated; `2^10` sets per target. */
const mostCandidates = 10;

/**
 * The sources worth enumerating for a target, by greedy forward selection on the residual; all of them when few.
 * Slots in `always` are kept whatever the data say.
 */
export function candidateSlots(projected: ProjectedGram, slabVariance: number, always: readonly number[]): number[] {
  const { slots, width } = projected;
  if (slots <= mostCandidates) return Array.from({ length: slots }, (_, slot) => slot);
  const size = slots * width + 1;
  const matrix = projected.gram.slice();
  for (let k = 0; k < size - 1; k++) matrix[k * size + k]! += 1 / slabVariance;
  const chosen = new Set<number>();
  const add = (slot: number) => {
    chosen.add(slot);
    for (let w = 0; w < width; w++) sweep(matrix, size, slot * width + w, 1);
  };
  for (const slot of always) add(slot);
  while (chosen.size < mostCandidates) {
    let best = -1;
    let gain = -1;
    for (let slot = 0; slot < slots; slot++) {
      if (chosen.has(slot)) continue;
      const k = slot * width;
      const value = matrix[k * size + size - 1]! ** 2 / matrix[k * size + k]!;
      if (value > gain) {
        gain = value;
        best = slot;
      }
    }
    if (best < 0) break;
    add(best);
  }
  return [...chosen].sort((a, b) => a - b);
}

/** The part of a projected Gram matrix that belongs to some slots. */
export function restrictSlots(projected: ProjectedGram, slots: readonly number[]): ProjectedGram {
  const { width } = projected;
  const size = projected.slots * width + 1;
  const kept = [...slots.flatMap((slot) => Array.from({ length: width }, (_, w) => slot * width + w)), size - 1];
  const gram = Float64Array.from({ length: kept.length ** 2 }, (_, at) => {
    const row = kept[Math.floor(at / kept.length)]!;
    return projected.gram[row * size + kept[at % kept.length]!]!;
  });
  return { slots: slots.length, width, gram, freedom: projected.freedom };
}
