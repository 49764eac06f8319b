// A chart is data: an id, words, an echarts option made of plain JSON, and the table behind it. Colours, number
// formats, tooltips and custom shapes are written as markers and filled in by `toEchartsOption`, so that one chart can
// be drawn light or dark, in any locale, in a page or as an SVG file, and can be stored or compared as JSON.

import type { Format } from "../format/format.js";

/**
 * How the numbers of a column or an axis are written. `ratio` keeps two significant digits of small numbers, `decimal`
 * (correlations, R²) always has at most three decimals; `money` and `compact` shorten thousands and millions.
 */
export type NumberStyle = "number" | "compact" | "percent" | "money" | "ratio" | "decimal" | "period" | "text";

export type Cell = string | number | null;

/** The numbers behind a chart, unrounded, for screen readers, CSV export and tests. */
export interface ChartTable {
  readonly header: readonly { readonly label: string; readonly style: NumberStyle }[];
  readonly rows: readonly (readonly Cell[])[];
}

/** An echarts option of plain JSON values and {@link Marker}s. */
export type ChartOption = { readonly [key: string]: unknown };

/**
 * One chart, ready to be drawn by `renderSvg`, `renderPage`, or by your own echarts after `toEchartsOption`.
 *
 * `description` is one plain sentence computed from the numbers; `height` is in CSS pixels.
 */
export interface Chart {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly option: ChartOption;
  readonly table: ChartTable;
  readonly height: number;
  /** Wider than this it would only be stretched; in CSS pixels. */
  readonly maxWidth?: number;
}

/** Words shared by all chart functions: how numbers, money and dates are written. */
export interface ChartContext {
  readonly format: Format;
}

/** Build a table from `[label, style]` pairs and rows. */
export function chartTable(
  header: readonly (readonly [label: string, style: NumberStyle])[],
  rows: readonly (readonly Cell[])[],
): ChartTable {
  return { header: header.map(([label, style]) => ({ label, style })), rows };
}
