// Roles that the caller gives: exact names claim their column at once, globs take what is left of their matches after
// the date, the unit and the KPI are known.

import { usageError } from "@mmm/core";
import type { RoleDraft } from "./draft.js";
import { type GlobMatch, selectColumn, selectColumns } from "./glob.js";
import { answerReason, isAnswerName, mediaRole } from "./names.js";
import type { RoleName, RoleOptions } from "./types.js";

const singles = ["date", "geo", "kpi", "population", "revenuePerKpi"] as const;
const lists = [
  ["media", null],
  ["organic", "organic"],
  ["treatments", "treatment"],
  ["controls", "control"],
  ["context", "context"],
] as const;

/** Claim the exactly named columns; returns what the globs match. */
export function claimNames(
  draft: RoleDraft,
  options: RoleOptions,
): { readonly column: string; readonly role: RoleName }[] {
  const { columns } = draft;
  for (const role of singles) {
    const name = options[role];
    if (name !== undefined) claim(draft, selectColumn(name, columns, role), role, role);
  }
  const matches = lists.flatMap(([option, role]) => {
    const patterns = options[option];
    if (patterns === undefined) return [];
    return selectColumns(patterns, columns, option).map((match: GlobMatch) => ({
      ...match,
      option,
      role: role ?? mediaRole(match.column),
    }));
  });
  if (options.ignore !== undefined) {
    for (const { column } of selectColumns(options.ignore, columns, "ignore")) {
      if (!draft.assigned.has(column)) draft.leaveOut(column, "as given: ignored");
    }
  }
  for (const { column, role, option, exact } of matches) {
    if (exact && !draft.unused.has(column)) claim(draft, column, role, option);
  }
  return matches.filter(({ exact }) => !exact);
}

/** Give the columns that globs match and that are still open their role; answer columns are left out. */
export function claimMatches(
  draft: RoleDraft,
  matches: readonly { readonly column: string; readonly role: RoleName }[],
): void {
  for (const { column, role } of matches) {
    if (draft.assigned.has(column) || draft.unused.has(column)) continue;
    if (isAnswerName(column)) draft.leaveOut(column, answerReason);
    else draft.give(column, role);
  }
}

function claim(draft: RoleDraft, column: string, role: RoleName, option: string): void {
  const earlier = draft.assigned.get(column);
  if (earlier !== undefined && earlier.role !== role) {
    throw usageError(
      "ROLE_CONFLICT",
      `Column '${column}' is given as ${option} and as ${earlier.role}.`,
      "Give each column one role.",
    );
  }
  draft.give(column, role);
}
