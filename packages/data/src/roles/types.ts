import type { Channel } from "@mmm/core";

/** One control series: a number column, or one level of a text column as 0/1. */
export interface ControlSource {
  /** Name of the panel column. */
  readonly name: string;
  /** Table column it comes from. */
  readonly column: string;
  /** Cell text that counts as 1; null for a number column. */
  readonly level: string | null;
}

/** What each column of a table is for. */
export interface TableRoles {
  readonly date: string;
  /** Null for one national series. */
  readonly geo: string | null;
  readonly kpi: string;
  readonly channels: readonly Channel[];
  readonly controls: readonly ControlSource[];
  readonly population: string | null;
  readonly revenuePerKpi: string | null;
  readonly context: readonly string[];
  readonly unused: readonly { readonly column: string; readonly reason: string }[];
  /** How each used column got its role, in table order. */
  readonly assignments: readonly RoleAssignment[];
}

export interface RoleAssignment {
  readonly column: string;
  readonly role: RoleName;
  /** `given` by the caller or `guessed`. */
  readonly source: "given" | "guessed";
  readonly reason: string;
}

export type RoleName =
  | "date"
  | "geo"
  | "kpi"
  | "spend"
  | "exposure"
  | "organic"
  | "treatment"
  | "control"
  | "population"
  | "revenuePerKpi"
  | "context";

/**
 * What the caller knows. Lists take names and globs (`*`, `?`), as an array or comma separated; a list that is given
 * replaces the guess for that role, a role that is not given is guessed.
 */
export interface RoleOptions {
  readonly date?: string;
  readonly geo?: string;
  readonly kpi?: string;
  /** Paid channels: spend and exposure columns; the two of one channel are paired by name. */
  readonly media?: string | readonly string[];
  readonly organic?: string | readonly string[];
  /** Own non-media actions whose effect counts as incremental, for example a promotion. */
  readonly treatments?: string | readonly string[];
  readonly controls?: string | readonly string[];
  readonly population?: string;
  readonly revenuePerKpi?: string;
  /** Columns that are constant per unit and describe it. */
  readonly context?: string | readonly string[];
  /** Columns to leave out, whatever else matches them. */
  readonly ignore?: string | readonly string[];
}
