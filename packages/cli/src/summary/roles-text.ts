import type { Diagnostic } from "@mmm/core";
import { roleLines, type TableRoles } from "@mmm/data";
import { wrap } from "../terminal/wrap.js";

/** Which column was taken for what and why, and what was noticed while reading. */
export function rolesText(roles: TableRoles, warnings: readonly Diagnostic[], width: number): string {
  const lines = roleLines(roles);
  const longest = (lengths: readonly number[]): number => Math.max(...lengths);
  const roleWidth = longest(lines.map(({ role }) => role.length));
  const whatWidth = longest(lines.map(({ what }) => what.length));
  const whyWidth = longest(lines.map(({ why }) => why.length));
  const inColumns = 2 + roleWidth + 2 + whatWidth + 2 + whyWidth <= width;
  const described = lines.map(({ role, what, why }) =>
    wrap(`${role.padEnd(roleWidth)}  ${inColumns ? `${what.padEnd(whatWidth)}  ${why}` : `${what} (${why})`}`, {
      width,
      indent: "  ",
      hanging: " ".repeat(roleWidth + 2),
    }),
  );
  const notes = warnings.map(({ message, fix }) => wrap(`${message} ${fix}`.trimEnd(), { width, hanging: "  " }));
  return ["Columns", ...described, ...notes].join("\n");
}
