import { type CausalData, dataError } from "@mmm/core";
import type { Shop, ShopLayout } from "./shop.js";

/** Shops and layout from the common data form; columns named as context must be constant within each unit. */
export function shopsFromCausalData(
  data: CausalData,
  target: string,
  contextNames: readonly string[] = [],
): { shops: Shop[]; layout: ShopLayout } {
  const { columns, values, rows } = data;
  if (!data.temporal) {
    throw dataError(
      "NOT_TEMPORAL",
      "These rows are not in time order; Granger graphs need histories.",
      "Sort rows by unit and time and set temporal to true, or choose a contemporaneous engine.",
    );
  }
  if (values.length !== rows * columns.length) {
    throw dataError("SHAPE", `There are ${values.length} values for ${rows} rows × ${columns.length} columns.`);
  }
  for (const name of contextNames) {
    if (!columns.includes(name)) {
      throw dataError("MISSING_COLUMN", `No column is named '${name}'; there are: ${columns.join(", ")}.`);
    }
  }
  const units = data.units ?? ["all"];
  const offsets = data.unitOffsets ?? [0, rows];
  const wellFormed =
    offsets.length === units.length + 1 &&
    offsets[0] === 0 &&
    offsets.at(-1) === rows &&
    offsets.every((offset, u) => u === 0 || offset >= offsets[u - 1]!);
  if (!wellFormed) {
    throw dataError(
      "SHAPE",
      `unitOffsets [${offsets.slice(0, 5).join(", ")}${offsets.length > 5 ? ", …" : ""}] do not cut ${rows} rows into ${units.length} units.`,
      "Give one offset per unit plus the end, ascending from 0.",
    );
  }
  const kept = columns.map((_, c) => c).filter((c) => !contextNames.includes(columns[c]!));
  const context = contextNames.map((name) => columns.indexOf(name));
  const shops = units.map((unit, u): Shop => {
    const start = offsets[u]!;
    const steps = offsets[u + 1]! - start;
    const own = new Float64Array(steps * kept.length);
    for (let t = 0; t < steps; t++) {
      kept.forEach((c, k) => {
        own[t * kept.length + k] = values[(start + t) * columns.length + c]!;
      });
    }
    const facts = context.map((c) => {
      const first = values[start * columns.length + c]!;
      for (let t = 1; t < steps; t++) {
        if (values[(start + t) * columns.length + c] !== first) {
          throw dataError(
            "CONTEXT",
            `Context '${columns[c]}' changes within unit '${unit}'.`,
            "Use it as a node, or give one value per unit.",
            { unit, column: columns[c]! },
          );
        }
      }
      return first;
    });
    return contextNames.length > 0 ? { unit, values: own, context: facts } : { unit, values: own };
  });
  return {
    shops,
    layout: {
      nodes: kept.map((c) => columns[c]!),
      target,
      ...(contextNames.length > 0 && { contextNames }),
    },
  };
}
