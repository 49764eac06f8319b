// Units of a table as a source of shops, whether the table is in memory or streams by.

import {
  type Shop,
  type ShopLayout,
  type ShopSource,
  shopsFromBlocks,
  shopsFromCausalData,
} from "@mmm/causal-granger-vi";
import { shiftPeriod } from "@mmm/core";
import type { Observations } from "./observations.js";

export interface UnitSource {
  readonly source: ShopSource;
  readonly layout: ShopLayout;
  /** Labels of `count` periods of a unit from step `first` of its history on. */
  labels(shop: Shop, unit: number, first: number, count: number): string[];
}

/** Units of the observations. */
export function unitSource(observations: Observations, target: string): UnitSource {
  const { data, context, variables, calendar, stream } = observations;
  if (stream) {
    const layout = { nodes: variables, target, ...(context.length > 0 && { contextNames: context }) };
    return {
      source: shopsFromBlocks(stream.open, layout, { unit: stream.unit, time: stream.time }),
      layout,
      labels: (shop, _, first, count) => {
        const start = stream.firstStep.get(shop.unit)!;
        return Array.from({ length: count }, (_, i) => stream.label(start + first + i));
      },
    };
  }
  const { shops, layout } = shopsFromCausalData(data, target, context);
  return {
    source: shops,
    layout,
    labels: (_, unit, first, count) => {
      if (!calendar) return Array.from({ length: count }, (_, i) => String(first + i + 1));
      const start = calendar.periodOfRow[(data.unitOffsets?.[unit] ?? 0) + first]!;
      return Array.from({ length: count }, (_, i) => shiftPeriod(start, calendar.frequency, i));
    },
  };
}
