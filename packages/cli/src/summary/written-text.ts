import { join } from "node:path";
import type { FitView } from "@mmm/model";
import { wrap } from "../terminal/wrap.js";

/** What a command wrote and what it cost. */
export function writtenText(directory: string, files: readonly string[], { result }: FitView, width: number): string {
  const { seconds, peakRssMb } = result.runtime;
  return [
    `Report: ${join(directory, "report.html")} (open it in a browser)`,
    wrap(`Also in ${directory}: ${files.filter((name) => name !== "report.html").join(", ")}`, {
      width,
      hanging: "  ",
    }),
    `Took ${seconds.toFixed(1)} s and ${peakRssMb.toFixed(0)} MB of memory.`,
  ].join("\n");
}
