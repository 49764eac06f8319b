// Every chart of a report as files of its own.

import { usageError } from "@mmm/core";
import { type Chart, type FormatOptions, tableToCsv } from "@mmm/viz";

const kinds = ["svg", "png", "csv", "json"] as const;

export type ChartKind = (typeof kinds)[number];

/** Kinds of file for `--charts`. Throws `BAD_OPTION`. */
export function parseChartKinds(text: string): ChartKind[] {
  const names = text.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !kinds.some((kind) => kind === name));
  if (unknown === undefined) return kinds.filter((kind) => names.includes(kind));
  throw usageError(
    "BAD_OPTION",
    `--charts has '${unknown}'; allowed: ${kinds.join(", ")}.`,
    "Give one or more, separated by commas: --charts svg,png.",
  );
}

/** Contents by file name: `ID.svg`, `ID.png` (twice the pixels), `ID.csv` (unrounded), `ID.json` (the chart as data). */
export async function chartFiles(
  charts: readonly Chart[],
  wanted: readonly ChartKind[],
  look: FormatOptions & { readonly theme?: "light" | "dark" },
): Promise<Record<string, string | Uint8Array>> {
  const files: Record<string, string | Uint8Array> = {};
  for (const chart of charts) {
    const size = { ...look, ...(chart.maxWidth !== undefined && { width: Math.min(720, chart.maxWidth) }) };
    if (wanted.includes("svg")) files[`${chart.id}.svg`] = (await import("@mmm/viz/svg")).renderSvg(chart, size);
    if (wanted.includes("png")) files[`${chart.id}.png`] = await (await import("@mmm/viz/png")).renderPng(chart, size);
    if (wanted.includes("csv")) files[`${chart.id}.csv`] = tableToCsv(chart.table);
    if (wanted.includes("json")) files[`${chart.id}.json`] = `${JSON.stringify(chart, null, 2)}\n`;
  }
  return files;
}
