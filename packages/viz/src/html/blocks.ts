// What a page is made of. Texts are plain; everything is escaped when the page is written.

import type { Diagnostic } from "@mmm/core";
import type { ScenarioForecast, ScenarioModel } from "@mmm/model/scenario";
import type { Chart, ChartTable } from "../chart/chart.js";
import type { UnitGraphs } from "../graph-charts/unit-graphs.js";
import type { ColorName } from "../theme/palette.js";

/** A part of a page with a heading and an entry in the navigation. */
export interface PageSection {
  /** Anchor of the section; letters, digits and hyphens. */
  readonly id: string;
  readonly title: string;
  /** The title's short form for the navigation. */
  readonly short?: string;
  /** One or two sentences under the heading. */
  readonly lead?: string;
  readonly blocks: readonly PageBlock[];
}

export type PageBlock =
  | { readonly kind: "text"; readonly paragraphs: readonly string[] }
  | { readonly kind: "chart"; readonly chart: Chart }
  /** Charts side by side where the page is wide enough. */
  | { readonly kind: "pair"; readonly charts: readonly Chart[] }
  | GalleryBlock
  /** A list of units and the graph of the chosen one; at most one a page. */
  | { readonly kind: "unit-picker"; readonly label: string; readonly units: UnitGraphs }
  /** Budgets to move, answered by the model in the page; at most one a page. */
  | {
      readonly kind: "what-if";
      readonly model: ScenarioModel;
      /** The last observed periods, drawn before the forecast. */
      readonly past: readonly string[];
      /** The forecast under today's plan. */
      readonly today: ScenarioForecast;
    }
  | {
      readonly kind: "table";
      readonly title: string;
      readonly description?: string;
      readonly table: ChartTable;
      readonly sparks?: Sparks;
    }
  | { readonly kind: "tiles"; readonly tiles: readonly Tile[] }
  | { readonly kind: "verdict"; readonly tone: Tone; readonly label: string; readonly text: string }
  | { readonly kind: "lists"; readonly lists: readonly TextList[] }
  | { readonly kind: "advice"; readonly title: string; readonly rows: readonly AdviceRow[]; readonly note: string }
  | { readonly kind: "findings"; readonly findings: readonly Diagnostic[]; readonly none: string }
  | { readonly kind: "definitions"; readonly items: readonly (readonly [term: string, meaning: string])[] };

/** A second column of small lines, one per row of the table; null interrupts a line. */
export interface Sparks {
  readonly label: string;
  readonly lines: readonly (readonly (number | null)[])[];
}

/** Many small charts that share a legend. */
export interface GalleryBlock {
  readonly kind: "gallery";
  readonly title: string;
  readonly description: string;
  readonly legend: readonly LegendEntry[];
  readonly charts: readonly Chart[];
}

export interface LegendEntry {
  readonly label: string;
  readonly mark: "line" | "dashed" | "band" | "dot";
  readonly color: ColorName;
}

export type Tone = "good" | "caution" | "bad" | "plain";

/** A headline number. */
export interface Tile {
  readonly label: string;
  readonly value: string;
  /** The interval or what the number is compared with. */
  readonly note: string;
  /** As in {@link Claim}. */
  readonly evidence?: string;
}

export interface TextList {
  readonly title: string;
  readonly tone: Tone;
  readonly items: readonly (string | Claim)[];
}

/** A sentence with a link to where the page shows how it is known. */
export interface Claim {
  readonly text: string;
  /** Anchor on the page: a section's id, or `chart-ID`. A link whose anchor the page lacks is left out. */
  readonly evidence: string;
}

export const claimText = (item: string | Claim): string => (typeof item === "string" ? item : item.text);

/** One line of a table of recommendations. */
export interface AdviceRow {
  readonly subject: string;
  readonly facts: readonly { readonly label: string; readonly value: string; readonly note: string }[];
  readonly tone: Tone;
  readonly label: string;
  readonly reason: string;
  /** As in {@link Claim}. */
  readonly evidence?: string;
}
