import type { TableRoles } from "./types.js";

/**
 * The roles as text to print: one line per role, guesses marked, columns left out with the reason.
 *
 * @example
 * // date      week                    guessed: name and values say date
 * // kpi       revenue                 guessed: name says outcome
 */
export function describeRoles(roles: TableRoles): string {
  const reasonOf = new Map(
    roles.assignments.map(({ column, source, reason }) => [
      column,
      source === "given" ? "given" : `guessed: ${reason}`,
    ]),
  );
  const why = (...columns: readonly string[]) =>
    [...new Set(columns.map((column) => reasonOf.get(column)!))].join("; ");
  const rows: [role: string, what: string, why: string][] = [["date", roles.date, why(roles.date)]];
  rows.push(roles.geo === null ? ["geo", "none", "one national series"] : ["geo", roles.geo, why(roles.geo)]);
  rows.push(["kpi", roles.kpi, why(roles.kpi)]);
  for (const { name, activity, spend, kind } of roles.channels) {
    if (kind !== "paid") rows.push([kind, name, why(activity)]);
    else if (spend === activity) rows.push(["media", `${name} (spend)`, why(activity)]);
    else if (spend === null) rows.push(["media", `${name} (exposure, cost unknown)`, why(activity)]);
    else rows.push(["media", `${name} = ${activity} paid by ${spend}`, why(activity, spend)]);
  }
  for (const { name, column, level } of roles.controls) {
    rows.push(["control", level === null ? name : `${name} = 1 where ${column} is '${level}'`, why(column)]);
  }
  if (roles.population !== null) rows.push(["population", roles.population, why(roles.population)]);
  if (roles.revenuePerKpi !== null) rows.push(["revenue per KPI", roles.revenuePerKpi, why(roles.revenuePerKpi)]);
  for (const column of roles.context) rows.push(["context", column, why(column)]);
  for (const { column, reason } of roles.unused) rows.push(["not used", column, reason]);
  const widths = [0, 1].map((i) => Math.min(60, Math.max(...rows.map((row) => row[i]!.length))));
  return rows
    .map(([role, what, reason]) => `${role.padEnd(widths[0]!)}  ${what.padEnd(widths[1]!)}  ${reason}`)
    .join("\n");
}
