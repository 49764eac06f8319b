// The one door from a table to a panel: read, decide roles, check, and say what was assumed.

import type { Diagnostic, Panel } from "@mmm/core";
import { profileColumns } from "../number/column-profile.js";
import { describeRoles } from "../roles/describe.js";
import { detectRoles } from "../roles/detect.js";
import { answerReason, manyLevelsReason, unknownReason } from "../roles/names.js";
import type { RoleOptions, TableRoles } from "../roles/types.js";
import { type ReadTableOptions, readTable } from "../table/read-table.js";
import type { Table } from "../table/table.js";
import { type ToPanelOptions, toPanel } from "./to-panel.js";

export interface LoadPanelOptions extends RoleOptions, ToPanelOptions, ReadTableOptions {}

export interface LoadedPanel {
  readonly panel: Panel;
  readonly roles: TableRoles;
  /** What was assumed, ready to print. */
  readonly explanation: string;
  readonly warnings: readonly Diagnostic[];
  readonly table: Table;
}

/**
 * Turn a table, or the text or bytes of a CSV file, into a panel.
 *
 * @throws MmmError of kind `data` or `usage`; the message names row and column, the fix says what to do
 * @example
 * const { panel, explanation } = loadPanel(csvText, { file: "sales.csv", media: "tv_*,search_spend" });
 * console.log(explanation);
 */
export function loadPanel(source: Table | string | Uint8Array, options: LoadPanelOptions = {}): LoadedPanel {
  const table = typeof source === "string" || source instanceof Uint8Array ? readTable(source, options) : source;
  const profiles = profileColumns(table, options);
  const roles = detectRoles(table, profiles, options);
  const { panel, warnings } = toPanel(table, roles, options, profiles);
  return {
    panel,
    roles,
    explanation: describeRoles(roles),
    warnings: [...table.warnings, ...unusedWarnings(roles), ...warnings],
    table,
  };
}

function unusedWarnings(roles: TableRoles): Diagnostic[] {
  const quote = (columns: readonly string[]) => columns.map((column) => `'${column}'`).join(", ");
  const because = (...whys: readonly string[]) =>
    roles.unused.filter(({ reason }) => whys.includes(reason)).map(({ column }) => column);
  const answers = because(answerReason);
  const unknown = because(unknownReason, manyLevelsReason);
  const warnings: Diagnostic[] = [];
  if (answers.length > 0) {
    warnings.push({
      severity: "warning",
      code: "ANSWER_COLUMN",
      message: `${quote(answers)} ${answers.length === 1 ? "looks" : "look"} like the answer (true effects or another model's results) and ${answers.length === 1 ? "was" : "were"} dropped.`,
      fix: "Remove such columns from the file; name one exactly in an option to use it all the same.",
    });
  }
  if (unknown.length > 0) {
    warnings.push({
      severity: "warning",
      code: "UNUSED_COLUMN",
      message: `${quote(unknown)} ${unknown.length === 1 ? "was" : "were"} not recognised and not used.`,
      fix: "Give each a role with the options media, organic, controls or context, or list it under ignore.",
    });
  }
  return warnings;
}
