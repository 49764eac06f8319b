import type { ChartOption, ChartTable } from "../chart/chart.js";
import type { FormatOptions } from "../format/format.js";
import type { UnitGraphs } from "../graph-charts/unit-graphs.js";

/** What the page's script reads from the `<script id="page-data">` element. */
export interface PageData {
  readonly format: FormatOptions;
  readonly charts: readonly PageChart[];
  /** What the unit picker chooses from. */
  readonly units?: UnitGraphs;
}

export interface PageChart {
  readonly id: string;
  readonly option: ChartOption;
  readonly table: ChartTable;
}
