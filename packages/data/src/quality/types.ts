import type { Diagnostic, Frequency } from "@mmm/core";

/** One column of the panel as a reader of the data should know it. Statistics are over observed cells. */
export interface ColumnQuality {
  readonly name: string;
  readonly role: "kpi" | "activity" | "spend" | "control" | "population" | "revenuePerKpi" | "context";
  readonly minimum: number;
  readonly mean: number;
  readonly maximum: number;
  /** Share of observed cells that are exactly zero. */
  readonly zeroShare: number;
  /** Observed cells outside 1.5 interquartile ranges of their unit. */
  readonly outliers: number;
  /** Sum over units per period, for a spark line; null where no unit was observed. */
  readonly total: readonly (number | null)[];
}

/** What is known about a panel before any model sees it; the data-quality panel of the report. */
export interface DataQuality {
  readonly units: number;
  readonly periods: number;
  readonly firstPeriod: string;
  readonly lastPeriod: string;
  readonly frequency: Frequency;
  readonly observedCells: number;
  readonly missingCells: number;
  readonly columns: readonly ColumnQuality[];
  /** Pearson correlations of channel activities and controls after removing each unit's mean. */
  readonly correlations: { readonly names: readonly string[]; readonly values: readonly (readonly number[])[] };
  /** Variance inflation factor of each channel activity given the others and the controls, at most 1e6. */
  readonly varianceInflation: readonly { readonly name: string; readonly value: number }[];
  readonly diagnostics: readonly Diagnostic[];
}
