// Recorded scores of peers and yardsticks on the shared files, and those files.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TrueGraph } from "@mmm/causal";
import { type SimulatedData, standardise } from "@mmm/causal/simulate";
import type { CausalData } from "@mmm/core";
import type { Figures } from "./measure.js";

interface RecordedScore {
  readonly shd?: number;
  readonly shd_cpdag?: number;
  readonly tpr?: number;
  readonly fdr?: number;
  readonly auroc?: number;
  readonly lag0_shd?: number;
  readonly lag0_tpr?: number;
  readonly lag0_fdr?: number;
  readonly lag0_auroc?: number;
  readonly lag_auroc?: number;
  readonly lag_shd?: number;
  readonly cpu_s?: number;
}
type ByMethod = Readonly<Record<string, RecordedScore>>;

export interface RecordedBaselines {
  readonly causal: Readonly<Record<string, { readonly raw?: ByMethod; readonly standardised?: ByMethod }>>;
  readonly iscm: Readonly<Record<string, ByMethod>>;
  readonly svar: Readonly<Record<string, { readonly raw?: ByMethod; readonly standardised?: ByMethod }>>;
}

/** One shared file in one form. */
export interface FileCell {
  readonly file: string;
  readonly form: "raw" | "standardised" | "internally standardised";
  readonly temporal: boolean;
  readonly set: SimulatedData;
}

/** The recorded scores, or null when the folder does not have them. */
export function readBaselines(folder: string): RecordedBaselines | null {
  const path = join(folder, "baselines.json");
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as RecordedBaselines) : null;
}

/** Every `causal/*.csv` of the folder with its answer key, raw and standardised. */
export function readFiles(folder: string): FileCell[] {
  const root = join(folder, "causal");
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .filter((name) => name.endsWith(".csv"))
    .sort()
    .flatMap((name): FileCell[] => {
      const file = name.slice(0, -".csv".length);
      const temporal = file.startsWith("svar");
      const set = {
        data: readTable(join(root, name), temporal),
        truth: JSON.parse(readFileSync(join(root, `${file}.truth.json`), "utf8")) as TrueGraph,
      };
      if (file.startsWith("iscm")) return [{ file, form: "internally standardised", temporal, set }];
      const standardised = { ...set, data: standardise(set.data) };
      return [
        { file, form: "raw", temporal, set },
        { file, form: "standardised", temporal, set: standardised },
      ];
    });
}

/** Recorded rows for a file and form, in the shape of ours. */
export function recordedRows(baselines: RecordedBaselines | null, { file, form }: FileCell): Figures[] {
  const methods =
    form === "internally standardised"
      ? baselines?.iscm[file]
      : (baselines?.causal[file] ?? baselines?.svar[file])?.[form];
  return Object.entries(methods ?? {}).map(([method, score]) => ({
    engine: `recorded: ${method}`,
    seeds: 1,
    shd: score.shd ?? score.lag0_shd ?? Number.NaN,
    shdPerSeed: [],
    shdCpdag: score.shd_cpdag ?? Number.NaN,
    tpr: score.tpr ?? score.lag0_tpr ?? Number.NaN,
    fdr: score.fdr ?? score.lag0_fdr ?? Number.NaN,
    fpr: Number.NaN,
    auroc: score.auroc ?? score.lag0_auroc ?? Number.NaN,
    auprc: Number.NaN,
    lagAuroc: score.lag_auroc ?? null,
    lagShd: score.lag_shd ?? null,
    cpuSeconds: score.cpu_s ?? Number.NaN,
    problem: null,
  }));
}

function readTable(path: string, temporal: boolean): CausalData {
  const [header = "", ...lines] = readFileSync(path, "utf8").trim().split(/\r?\n/);
  const columns = header.split(",");
  const values = new Float64Array(lines.length * columns.length);
  for (const [t, line] of lines.entries()) {
    for (const [j, cell] of line.split(",").entries()) values[t * columns.length + j] = Number(cell);
  }
  return { columns, rows: lines.length, values, temporal };
}
