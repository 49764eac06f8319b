import type { DataQuality } from "@mmm/data";
import { createFormat } from "@mmm/viz";
import { textTable } from "../terminal/table.js";
import { wrap } from "../terminal/wrap.js";
import { findingsText } from "./fit-summary.js";

/** The data-quality panel of the report as text: size, a line per column, findings with fixes. */
export function qualityText(quality: DataQuality, width: number): string {
  const format = createFormat({ frequency: quality.frequency });
  const { units, periods, firstPeriod, lastPeriod, frequency, missingCells, observedCells } = quality;
  const cells = observedCells + missingCells;
  const size = `${units} ${units === 1 ? "unit" : "units"} × ${periods} periods (${frequency}), ${firstPeriod} to ${lastPeriod}, ${missingCells} of ${cells} cells not observed.`;
  const inflation = new Map(quality.varianceInflation.map(({ name, value }) => [name, value]));
  const rows = quality.columns.map(({ name, role, minimum, mean, maximum, zeroShare, outliers }) => [
    name,
    role,
    ...[minimum, mean, maximum].map((value) => format.value(value, "compact")),
    `${(100 * zeroShare).toFixed(0)}%`,
    String(outliers),
    inflation.has(name) ? format.value(inflation.get(name)!, "ratio") : "",
  ]);
  const columns = [
    { head: "Column", align: "left" },
    { head: "role", align: "left" },
    { head: "min" },
    { head: "mean" },
    { head: "max" },
    { head: "zeros" },
    { head: "outliers" },
    { head: "VIF" },
  ] as const;
  return [
    wrap(size, { width }),
    textTable(columns, rows, { width, indent: 0 }),
    findingsText(quality.diagnostics, width, { all: true }),
  ].join("\n\n");
}
