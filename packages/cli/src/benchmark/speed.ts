// What a fit with intervals costs, after the process has warmed up: CPU seconds, the median of a few runs.

import { type RunHooks, throwIfCancelled } from "@mmm/core";
import { median, type SimulationOptions, simulatePanel } from "@mmm/data";
import { fitStructural, viewFit } from "@mmm/model";

export const speedCases: readonly { readonly name: string; readonly options: SimulationOptions }[] = [
  { name: "1 × 156 × 8", options: { units: 1, periods: 156, channels: 8 } },
  { name: "20 × 104 × 6", options: { units: 20, periods: 104, channels: 6 } },
  { name: "50 × 156 × 10", options: { units: 50, periods: 156, channels: 10 } },
];

export interface SpeedRow {
  readonly name: string;
  readonly runs: number;
  /** CPU seconds of the fit with its draws, median over the runs. */
  readonly fitSeconds: number;
  /** CPU seconds of everything a report shows, computed from the fit. */
  readonly resultSeconds: number;
  readonly steps: number;
  readonly converged: boolean;
}

/** @param runs timed fits per case, after one that is not timed */
export async function speedSuite(runs: number, seed: number, hooks: RunHooks): Promise<SpeedRow[]> {
  const rows: SpeedRow[] = [];
  for (const [k, { name, options }] of speedCases.entries()) {
    hooks.onProgress?.({ phase: "speed", step: k, total: speedCases.length, message: name });
    const { panel } = simulatePanel(options, seed);
    const fits: number[] = [];
    const results: number[] = [];
    let steps = 0;
    let converged = true;
    for (let i = 0; i <= runs; i++) {
      throwIfCancelled(hooks);
      const fit = await fitStructural(panel, { holdout: 12, seed, graph: "none" }, quiet(hooks));
      const before = process.cpuUsage();
      viewFit(fit);
      const { user, system } = process.cpuUsage(before);
      steps = fit.learned.iterations;
      converged &&= fit.learned.mode.converged;
      if (i === 0) continue;
      fits.push(fit.runtime.cpuSeconds);
      results.push((user + system) / 1e6);
    }
    rows.push({ name, runs, fitSeconds: median(fits), resultSeconds: median(results), steps, converged });
  }
  hooks.onProgress?.({ phase: "speed", step: speedCases.length, total: speedCases.length });
  return rows;
}

const quiet = ({ signal }: RunHooks): RunHooks => ({ ...(signal && { signal }) });
