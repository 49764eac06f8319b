// The role of each column while it is being decided: a column is assigned, left out with a reason, or still open.

import type { ColumnProfile } from "../number/column-profile.js";
import { type Table, tableColumn } from "../table/table.js";
import type { RoleAssignment, RoleName } from "./types.js";

export interface RoleDraft {
  readonly table: Table;
  readonly columns: readonly string[];
  readonly assigned: Map<string, RoleAssignment>;
  readonly unused: Map<string, string>;
  profile(column: string): ColumnProfile;
  cells(column: string): readonly string[];
  /** Columns without a role that are not left out, in table order. */
  open(): string[];
  /** Open columns that hold numbers. */
  openNumbers(): string[];
  withRole(...roles: readonly RoleName[]): string[];
  guess(column: string, role: RoleName, reason: string): void;
  give(column: string, role: RoleName): void;
  leaveOut(column: string, reason: string): void;
}

export function createDraft(table: Table, profiles: readonly ColumnProfile[]): RoleDraft {
  const columns = table.columns.map(({ name }) => name);
  const profileOf = new Map(profiles.map((profile) => [profile.name, profile]));
  const assigned = new Map<string, RoleAssignment>();
  const unused = new Map<string, string>();
  const open = () => columns.filter((column) => !assigned.has(column) && !unused.has(column));
  const profile = (column: string) => profileOf.get(column)!;
  return {
    table,
    columns,
    assigned,
    unused,
    profile,
    cells: (column) => tableColumn(table, column).cells,
    open,
    openNumbers: () => open().filter((column) => ["number", "mixed"].includes(profile(column).kind)),
    withRole: (...roles) =>
      columns.filter((column) => {
        const role = assigned.get(column)?.role;
        return role !== undefined && roles.includes(role);
      }),
    guess: (column, role, reason) => assigned.set(column, { column, role, source: "guessed", reason }),
    give: (column, role) => assigned.set(column, { column, role, source: "given", reason: "as given" }),
    leaveOut: (column, reason) => unused.set(column, reason),
  };
}
