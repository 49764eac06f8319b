// Figures as Markdown.

import type { CalibrationRow } from "./calibration.js";
import type { Figures } from "./measure.js";

const columns: readonly (readonly [title: string, show: (row: Figures) => string])[] = [
  ["engine", (row) => row.engine],
  ["SHD", (row) => (row.problem ? "refused" : number(row.shd, 2))],
  ["SHD-CPDAG", (row) => number(row.shdCpdag, 2)],
  ["TPR", (row) => number(row.tpr, 2)],
  ["FDR", (row) => number(row.fdr, 2)],
  ["AUROC", (row) => number(row.auroc, 3)],
  ["AUPRC", (row) => number(row.auprc, 3)],
  ["lag AUROC", (row) => number(row.lagAuroc, 3)],
  ["lag SHD", (row) => number(row.lagShd, 2)],
  ["CPU s", (row) => number(row.cpuSeconds, 4)],
  ["SHD per seed", (row) => row.shdPerSeed.join(" ")],
];

/** A table of engines; columns that are empty for all rows are left out. */
export function engineTable(title: string, rows: readonly Figures[]): string {
  const shown = columns.filter(([, show]) => rows.some((row) => show(row) !== ""));
  const lines = rows.map((row) => shown.map(([, show]) => show(row)));
  return [
    `### ${title}`,
    "",
    markdown(
      shown.map(([name]) => name),
      lines,
    ),
    "",
  ].join("\n");
}

export function calibrationTable(rows: readonly CalibrationRow[]): string {
  const head = ["cell", "seeds", "replicates", "pooled ECE", "mean ECE", "CPU s per data set"];
  const lines = rows.map((row) => [
    row.cell,
    String(row.seeds),
    String(row.replicates),
    number(row.pooledEce, 3),
    number(row.meanEce, 3),
    number(row.cpuSeconds, 2),
  ]);
  return ["### Bootstrap edge probabilities of the recommended engine", "", markdown(head, lines), ""].join("\n");
}

function markdown(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [row(head), row(head.map(() => "---")), ...lines.map(row)].join("\n");
}

function number(value: number | null, digits: number): string {
  return value === null || !Number.isFinite(value) ? "" : value.toFixed(digits);
}
