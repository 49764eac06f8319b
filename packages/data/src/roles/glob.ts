import { usageError } from "@mmm/core";

/** Whether a column name matches a glob: `*` any text, `?` one character, everything else itself. */
export function matchesGlob(glob: string, name: string): boolean {
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(name);
}

/** One matched column; `exact` when it was named rather than matched by a wildcard. */
export interface GlobMatch {
  readonly column: string;
  readonly exact: boolean;
}

/**
 * Columns that a list of names and globs selects, in table order, each once.
 *
 * @param option name of the option, for the message
 * @throws MmmError `NO_SUCH_COLUMN` when an entry matches nothing, listing the columns
 */
export function selectColumns(
  patterns: string | readonly string[],
  columns: readonly string[],
  option: string,
): GlobMatch[] {
  const chosen = new Map<string, boolean>();
  for (const pattern of splitList(patterns)) {
    const exact = columns.includes(pattern);
    const matched = exact ? [pattern] : columns.filter((column) => matchesGlob(pattern, column));
    if (matched.length === 0) {
      const near = closest(pattern, columns);
      throw usageError(
        "NO_SUCH_COLUMN",
        `${option}: no column matches '${pattern}'; the table has: ${columns.join(", ")}.`,
        near === null ? "Correct the name or the glob." : `Did you mean '${near}'?`,
      );
    }
    for (const column of matched) chosen.set(column, exact || chosen.get(column) === true);
  }
  return columns.filter((column) => chosen.has(column)).map((column) => ({ column, exact: chosen.get(column)! }));
}

/** The one column of that name. Same error as {@link selectColumns}. */
export function selectColumn(name: string, columns: readonly string[], option: string): string {
  if (columns.includes(name)) return name;
  const [first, ...more] = selectColumns([name], columns, option);
  if (more.length > 0) {
    throw usageError(
      "TOO_MANY_COLUMNS",
      `${option}: '${name}' matches ${more.length + 1} columns; one is needed.`,
      `Name one of: ${[first!, ...more].map(({ column }) => column).join(", ")}.`,
    );
  }
  return first!.column;
}

function splitList(patterns: string | readonly string[]): string[] {
  const list = typeof patterns === "string" ? patterns.split(",") : [...patterns];
  return list.map((pattern) => pattern.trim()).filter((pattern) => pattern !== "");
}

// The column with the smallest edit distance, when it is at most a third of the name long.
function closest(name: string, columns: readonly string[]): string | null {
  let best: string | null = null;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const column of columns) {
    const distance = editDistance(name.toLowerCase(), column.toLowerCase());
    if (distance < least) {
      least = distance;
      best = column;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}
