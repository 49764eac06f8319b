// Causal discovery on the protocol's synthetic graphs and on the shared files, with recorded peers beside. Prints
// Markdown and writes JSON.
//
//   node dist/causal/run.js [--suite quick|full] [--seeds 3] [--only WORD] [--with MODULE#EXPORT]… [--data DIR] [--out DIR]

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { expectedCalibrationError } from "@mmm/causal";
import { type CalibrationRow, calibrate } from "./calibration.js";
import { type Cell, protocolCells } from "./cells.js";
import { type Contestant, contestants, engineNamed } from "./engines.js";
import { type Figures, measure } from "./measure.js";
import { readBaselines, readFiles, recordedRows } from "./recorded.js";
import { calibrationTable, engineTable } from "./table.js";

const { values: options } = parseArgs({
  options: {
    suite: { type: "string", default: "quick" },
    seeds: { type: "string", default: "3" },
    only: { type: "string", default: "" },
    with: { type: "string", multiple: true, default: [] },
    data: { type: "string", default: fileURLToPath(new URL("../../../../shared/data", import.meta.url)) },
    out: { type: "string", default: "out/causal" },
    replicates: { type: "string", default: "200" },
  },
});

const more = await Promise.all(options.with.map(engineNamed));
const guests = (temporal: boolean): Contestant[] =>
  more
    .filter(({ capabilities }) => temporal === (capabilities.edges !== "contemporaneous"))
    .map((engine) => ({ engine, mostColumns: Number.POSITIVE_INFINITY }));
const suite = options.suite === "full" ? "full" : "quick";
const wanted = (name: string): boolean => name.toLowerCase().includes(options.only.toLowerCase());
const results: { readonly title: string; readonly rows: readonly Figures[] }[] = [];
const show = (title: string, rows: readonly Figures[]): void => {
  results.push({ title, rows });
  console.log(engineTable(title, rows));
};

const cells: Cell[] = protocolCells(suite, Number(options.seeds)).filter(({ name, track }) =>
  wanted(`${name} ${track}`),
);
for (const cell of cells) {
  const sets = Array.from({ length: cell.seeds }, (_, seed) => cell.draw(seed));
  const temporal = cell.track === "series";
  const rows: Figures[] = [];
  for (const { engine, mostColumns } of [...contestants(temporal), ...guests(temporal)]) {
    if (cell.size <= mostColumns) rows.push(await measure(engine, sets));
  }
  show(temporal ? cell.name : `${cell.name}, ${cell.track}`, rows);
}

const baselines = readBaselines(options.data);
for (const cell of readFiles(options.data).filter(({ file, form }) => wanted(`${file} ${form} file`))) {
  const rows: Figures[] = [];
  for (const { engine, mostColumns } of [...contestants(cell.temporal), ...guests(cell.temporal)]) {
    if (cell.set.data.columns.length <= mostColumns) rows.push(await measure(engine, [cell.set]));
  }
  show(`file ${cell.file}, ${cell.form}`, [...rows, ...recordedRows(baselines, cell)]);
}

const calibration: CalibrationRow[] = [];
const said: number[] = [];
const happened: number[] = [];
for (const cell of cells.filter(({ track }) => track === "internally standardised")) {
  const result = await calibrate(cell, Number(options.replicates));
  calibration.push(result.row);
  said.push(...result.said);
  happened.push(...result.happened);
}
if (calibration.length > 0) {
  console.log(calibrationTable(calibration));
  console.log(
    `All cells pooled: ECE ${expectedCalibrationError(said, happened).toFixed(4)} over ${said.length} pairs.\n`,
  );
}

mkdirSync(options.out, { recursive: true });
const path = join(options.out, "causal.json");
writeFileSync(path, `${JSON.stringify({ suite, seeds: Number(options.seeds), results, calibration }, null, 2)}\n`);
console.log(`Written: ${path}`);
