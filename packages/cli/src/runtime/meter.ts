import type { MmmResult } from "@mmm/model";
import { versions } from "./versions.js";

type Cost = Pick<MmmResult["runtime"], "seconds" | "cpuSeconds" | "peakRssMb" | "versions">;

/**
 * Measure what a command costs from this call on. `peakRssMb` is the largest resident memory the process ever had.
 *
 * @example const cost = startMeter(); await work(); cost().seconds
 */
export function startMeter(): () => Cost {
  const start = performance.now();
  const cpuStart = process.cpuUsage();
  return () => {
    const cpu = process.cpuUsage(cpuStart);
    return {
      seconds: rounded((performance.now() - start) / 1000, 3),
      cpuSeconds: rounded((cpu.user + cpu.system) / 1e6, 3),
      peakRssMb: rounded(process.resourceUsage().maxRSS / 1024, 1),
      versions: versions(),
    };
  };
}

const rounded = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;
