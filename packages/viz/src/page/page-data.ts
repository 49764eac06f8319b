import type { ChartOption, ChartTable } from "../chart/chart.js";
import type { FormatOptions } from "../format/format.js";
import type { UnitGraphs } from "../graph-charts/unit-graphs.js";
import type { PackedScenario } from "../what-if/packed-scenario.js";

/** What the page's script reads from the `<script id="page-data">` element. */
export interface PageData {
  readonly format: FormatOptions;
  readonly charts: readonly PageChart[];
  /** What the unit picker chooses from. */
  readonly units?: UnitGraphs;
  /** The model behind the budgets, and the observed periods drawn before its forecast. */
  readonly whatIf?: { readonly past: readonly string[]; readonly scenario: PackedScenario };
}

export interface PageChart {
  readonly id: string;
  readonly option: ChartOption;
  readonly table: ChartTable;
}
