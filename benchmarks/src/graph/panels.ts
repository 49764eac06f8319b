import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Panel } from "@mmm/core";
import { loadPanel, type SimulationOptions, simulatePanel, trueTotalEffects, truthTotals } from "@mmm/data";

export interface KnownPanel {
  readonly panel: Panel;
  readonly seed: number;
  /** The answer key; opened by the score alone. */
  readonly truth: {
    readonly edges: readonly { readonly from: string; readonly to: string }[];
    readonly direct: readonly number[];
    /** Null where the record does not hold what they follow from. */
    readonly total: readonly number[] | null;
  };
}

/** Markets that differ in what may mislead a graph: nothing, no edges at all, a driver that all channels share. */
export const kinds: Readonly<Record<string, SimulationOptions>> = {
  "8 regions, edges": { units: 8 },
  "8 regions, no edges": { units: 8, edges: 0 },
  "national, edges": { units: 1, periods: 156, channels: 5 },
  "national, no edges": { units: 1, periods: 156, channels: 5, edges: 0 },
  "never dark, edges": { units: 8, dark: 0 },
  "common driver, edges": { units: 8, collinearity: 0.6 },
  "common driver, no edges": { units: 8, collinearity: 0.6, edges: 0 },
  "common driver, never dark, no edges": { units: 8, collinearity: 0.6, edges: 0, dark: 0 },
};

export function simulated(kind: string, count: number): KnownPanel[] {
  return Array.from({ length: count }, (_, i) => {
    const seed = 4000 + i;
    const { panel, truth } = simulatePanel(kinds[kind], seed);
    return {
      panel,
      seed,
      truth: { edges: truth.edges, direct: truthTotals(truth).contribution, total: trueTotalEffects(truth) },
    };
  });
}

const folder = fileURLToPath(new URL("../../../../shared/data/panels", import.meta.url));

/** The panels with a recorded truth beside the checkout; none without them. */
export function recordedPanels(): KnownPanel[] {
  return [0, 1, 2].flatMap((seed): KnownPanel[] => {
    const file = join(folder, `panel_seed${seed}.csv`);
    if (!existsSync(file)) return [];
    const { panel } = loadPanel(readFileSync(file, "utf8"), { kpi: "y", geo: "region", date: "week" });
    const key = JSON.parse(readFileSync(join(folder, `panel_seed${seed}.truth.json`), "utf8")) as {
      readonly edges: KnownPanel["truth"]["edges"];
      readonly contributions: Readonly<Record<string, number>>;
    };
    const direct = panel.roles.channels.map(({ name }) => key.contributions[name]!);
    return [{ panel, seed, truth: { edges: key.edges, direct, total: null } }];
  });
}
