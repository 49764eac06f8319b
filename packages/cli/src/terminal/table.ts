import Table from "cli-table3";

export interface TableColumn {
  readonly head: string;
  /** Default "right". */
  readonly align?: "left" | "right";
}

/**
 * A plain table without lines: a head, then rows, two blanks between columns. When it is wider than `width`, the first
 * column is wrapped.
 */
export function textTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  { width = 80, indent = 2 }: { width?: number; indent?: number } = {},
): string {
  const longest = columns.map(({ head }, i) =>
    Math.max(...[head, ...rows.map((row) => row[i]!)].flatMap((cell) => cell.split("\n").map((line) => line.length))),
  );
  const others = longest.slice(1).reduce((sum, length) => sum + length + 2, indent);
  const first = Math.max(8, Math.min(longest[0]!, width - others));
  const sides = ["top", "bottom", "left", "right"] as const;
  const none = Object.fromEntries(
    [...sides, "mid"].flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`]).map((key) => [key, ""]),
  );
  const table = new Table({
    head: columns.map(({ head }) => head),
    colWidths: [first, ...longest.slice(1)],
    colAligns: columns.map(({ align = "right" }) => align),
    chars: { ...none, "left-mid": "", "mid-mid": "", "right-mid": "", middle: "  " },
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [], compact: true },
    wordWrap: first < longest[0]!,
    wrapOnWordBoundary: false,
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split("\n")
    .map((line) => `${" ".repeat(indent)}${line}`.trimEnd())
    .join("\n");
}
