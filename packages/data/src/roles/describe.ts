import type { TableRoles } from "./types.js";

/** One line of {@link describeRoles} before it is laid out. */
export interface RoleLine {
  readonly role: string;
  readonly what: string;
  readonly why: string;
}

/**
 * The roles as text to print: one line per role, guesses marked, columns left out with the reason.
 *
 * @example
 * // date      week                    guessed: name and values say date
 * // kpi       revenue                 guessed: name says outcome
 */
export function describeRoles(roles: TableRoles): string {
  const lines = roleLines(roles);
  const roleWidth = Math.max(...lines.map(({ role }) => role.length));
  const whatWidth = Math.min(60, Math.max(...lines.map(({ what }) => what.length)));
  return lines.map(({ role, what, why }) => `${role.padEnd(roleWidth)}  ${what.padEnd(whatWidth)}  ${why}`).join("\n");
}

/** The lines of {@link describeRoles}, for callers that lay them out themselves. */
export function roleLines(roles: TableRoles): RoleLine[] {
  const reasonOf = new Map(
    roles.assignments.map(({ column, source, reason }) => [
      column,
      source === "given" ? "given" : `guessed: ${reason}`,
    ]),
  );
  const why = (...columns: readonly string[]) =>
    [...new Set(columns.map((column) => reasonOf.get(column)!))].join("; ");
  const lines: RoleLine[] = [];
  const add = (role: string, what: string, reason: string) => lines.push({ role, what, why: reason });
  add("date", roles.date, why(roles.date));
  if (roles.geo === null) add("geo", "none", "one national series");
  else add("geo", roles.geo, why(roles.geo));
  add("kpi", roles.kpi, why(roles.kpi));
  for (const { name, activity, spend, kind } of roles.channels) {
    if (kind !== "paid") add(kind, name, why(activity));
    else if (spend === activity) add("media", `${name} (spend)`, why(activity));
    else if (spend === null) add("media", `${name} (exposure, cost unknown)`, why(activity));
    else add("media", `${name} = ${activity} paid by ${spend}`, why(activity, spend));
  }
  for (const { name, column, level } of roles.controls) {
    add("control", level === null ? name : `${name} = 1 where ${column} is '${level}'`, why(column));
  }
  if (roles.population !== null) add("population", roles.population, why(roles.population));
  if (roles.revenuePerKpi !== null) add("revenue per KPI", roles.revenuePerKpi, why(roles.revenuePerKpi));
  for (const column of roles.context) add("context", column, why(column));
  for (const { column, reason } of roles.unused) add("not used", column, reason);
  return lines;
}
