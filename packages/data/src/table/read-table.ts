// Text of a CSV-like file to a Table. Nothing is interpreted here: numbers, dates and missing words stay text.

import { dataError } from "@mmm/core";
import { parse } from "csv-parse/browser/esm/sync";
import { decodeText } from "./decode.js";
import { type Delimiter, sniffDelimiter } from "./delimiter.js";
import type { Table } from "./table.js";

export interface ReadTableOptions {
  /** Name of the file, for messages. */
  readonly file?: string;
  /** Sniffed from the text when absent. */
  readonly delimiter?: Delimiter;
}

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * Read a text table with one header row: comma, semicolon, tab or `|` separated, quoted cells, any line ends, with or
 * without byte order mark. Works in browsers.
 *
 * A first line `sep=;` (as Excel writes it) sets the delimiter. Unnamed columns without content are dropped; unnamed
 * ones with content are called `unnamed_<position>`. Empty lines are skipped.
 *
 * @throws MmmError `EMPTY_FILE`, `NOT_A_TABLE`, `DUPLICATE_COLUMN`, `RAGGED_ROW`, `BROKEN_QUOTES`
 * @example readTable("week,tv,sales\n2024-01-01,10,120\n").columns[1] // { name: "tv", cells: ["10"] }
 */
export function readTable(input: string | Uint8Array, options: ReadTableOptions = {}): Table {
  const file = options.file ?? null;
  const place = file === null ? {} : { file };
  const { text: whole, warnings } = decodeText(input, file);
  const lines = whole.replace(/\r\n?/g, "\n");
  const declared = /^sep=([,;\t|])\n/.exec(lines);
  const text = declared ? lines.slice(declared[0].length) : lines;
  const lineOffset = declared ? 1 : 0;
  const delimiter = options.delimiter ?? (declared?.[1] as Delimiter | undefined) ?? sniffDelimiter(text);
  if (delimiter === null) {
    throw dataError(
      "NOT_A_TABLE",
      "The file is not a CSV table: its first line has no comma, semicolon, tab or | to separate columns.",
      "Pass a text table with one header row, or name the delimiter.",
      place,
    );
  }

  const records = parseRecords(text, delimiter, lineOffset, file);
  const [header, ...body] = records;
  if (!header || body.length === 0) {
    throw dataError("EMPTY_FILE", "The file has a header and no data rows.", "Add the data rows.", place);
  }
  const width = header.record.length;
  const wrong = body.filter(({ record }) => record.length < width || record.slice(width).some((cell) => cell !== ""));
  if (wrong.length > 0) {
    const first = wrong[0]!;
    const others = wrong.slice(1, 5).map((each) => each.line);
    throw dataError(
      "RAGGED_ROW",
      `Row ${first.line} has ${first.record.length} cells, the header has ${width} columns${
        others.length > 0 ? ` (also rows ${others.join(", ")}${wrong.length > 5 ? ", …" : ""})` : ""
      }.`,
      "Give every row one cell per column, and quote cells that contain the delimiter.",
      { ...place, row: first.line },
    );
  }

  const columns = header.record
    .map((name, i) => ({ name, cells: body.map(({ record }) => record[i]!), position: i + 1 }))
    .filter(({ name, cells }) => name !== "" || cells.some((cell) => cell !== ""))
    .map(({ name, cells, position }) => ({ name: name === "" ? `unnamed_${position}` : name, cells, position }));
  const seen = new Map<string, number>();
  for (const { name, position } of columns) {
    const earlier = seen.get(name);
    if (earlier !== undefined) {
      throw dataError(
        "DUPLICATE_COLUMN",
        `Two columns are named '${name}' (columns ${earlier} and ${position}).`,
        "Rename one of them in the header.",
        { ...place, row: header.line, column: name },
      );
    }
    seen.set(name, position);
  }
  return {
    file,
    columns: columns.map(({ name, cells }) => ({ name, cells })),
    rows: body.length,
    lines: body.map(({ line }) => line),
    warnings,
  };
}

function parseRecords(
  text: string,
  delimiter: Delimiter,
  lineOffset: number,
  file: string | null,
): { readonly record: readonly string[]; readonly line: number }[] {
  let parsed: readonly CsvRecord[];
  try {
    parsed = parse(text, {
      delimiter,
      info: true,
      relax_column_count: true,
      record_delimiter: "\n",
      trim: true,
    }) as unknown as readonly CsvRecord[];
  } catch (cause) {
    const row = (cause as { readonly lines?: number }).lines;
    throw dataError(
      "BROKEN_QUOTES",
      `The quotes of row ${row === undefined ? "?" : row + lineOffset} do not match.`,
      'Close the quoted cell, and write a quote inside a quoted cell twice ("").',
      { ...(file !== null && { file }), ...(row !== undefined && { row: row + lineOffset }) },
    );
  }
  return parsed
    .map(({ record, info }) => {
      const inside = record.reduce((sum, cell) => sum + cell.split("\n").length - 1, 0);
      return { record: record.map((cell) => cell.trim()), line: info.lines - inside + lineOffset };
    })
    .filter(({ record }) => record.some((cell) => cell !== ""));
}
