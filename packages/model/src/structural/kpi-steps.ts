import { median } from "@mmm/data";
import type { Design } from "./design.js";

type Observed = Pick<Design, "units" | "periods" | "trainingEnd" | "kpi" | "used">;

/** Changes of the scaled KPI into each training period, of the units observed there and in the period before. */
function kpiSteps({ units, periods, trainingEnd, kpi, used }: Observed): number[][] {
  return Array.from({ length: trainingEnd }, (_, t) => {
    const changes: number[] = [];
    for (let r = 0; t > 0 && r < units; r++) {
      const i = r * periods + t;
      if (used[i] === 1 && used[i - 1] === 1) changes.push(kpi[i]! - kpi[i - 1]!);
    }
    return changes;
  });
}

/**
 * Standard deviation of the usual step that the units have in common, from the median of their changes in each period;
 * null where no two periods in a row were observed.
 */
export function usualCommonStep(design: Observed): number | null {
  const common = kpiSteps(design).flatMap((changes) => (changes.length === 0 ? [] : [Math.abs(median(changes))]));
  return common.length === 0 ? null : 1.4826 * median(common);
}

/**
 * Variance by which the units moved apart in each period, beyond twice the usual: a first guess of breaks. 0 everywhere
 * with few units, where a jump says less.
 */
export function excessSpread(design: Observed): number[] {
  const spread = kpiSteps(design).map((changes) => {
    if (changes.length < 5) return 0;
    const centre = median(changes);
    return changes.reduce((sum, change) => sum + (change - centre) ** 2, 0) / changes.length;
  });
  const moving = spread.filter((value) => value > 0);
  const usual = moving.length === 0 ? 0 : median(moving);
  return spread.map((value) => Math.max(0, value - 2 * usual));
}
