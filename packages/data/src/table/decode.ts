// Bytes to text. Decides the encoding and turns away what is not a text table at all, naming what it seems to be.

import { type Diagnostic, dataError } from "@mmm/core";

const signatures: readonly { readonly bytes: readonly number[]; readonly what: string; readonly fix: string }[] = [
  {
    bytes: [0x50, 0x4b, 0x03, 0x04],
    what: "a zip archive or an Excel workbook (.xlsx)",
    fix: "Save the sheet as CSV, or unzip the file, and pass that.",
  },
  {
    bytes: [0xd0, 0xcf, 0x11, 0xe0],
    what: "an old Excel workbook (.xls)",
    fix: "Save the sheet as CSV and pass that.",
  },
  { bytes: [0x1f, 0x8b], what: "gzip-compressed", fix: "Decompress it first." },
  { bytes: [0x50, 0x41, 0x52, 0x31], what: "a Parquet file", fix: "Read it with readParquetTable or openTable." },
  { bytes: [0x25, 0x50, 0x44, 0x46], what: "a PDF", fix: "Pass the table as CSV." },
];

const csvFix = "Pass a text table with one header row and columns separated by comma, semicolon, tab or |.";

export interface DecodedText {
  readonly text: string;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Text of a table file without byte order mark.
 *
 * UTF-8 and UTF-16 (marked, or unmarked little and big endian) are decoded; bytes that are not valid UTF-8 are read as
 * Windows-1252 with a warning.
 *
 * @throws MmmError `EMPTY_FILE` or `NOT_A_TABLE`
 */
export function decodeText(input: string | Uint8Array, file: string | null): DecodedText {
  const place = file === null ? {} : { file };
  const decoded = typeof input === "string" ? { text: input, warnings: [] } : decodeBytes(input, file);
  const text = decoded.text.startsWith("\ufeff") ? decoded.text.slice(1) : decoded.text;
  const start = text.trimStart().slice(0, 2000);
  if (start === "") {
    throw dataError("EMPTY_FILE", "The file is empty.", "Pass a table with a header row and data rows.", place);
  }
  const refuse = (what: string) =>
    dataError("NOT_A_TABLE", `The file is not a CSV table: it looks like ${what}.`, csvFix, place);
  if (start.includes("\0")) throw refuse("binary data");
  if (/^<(\?xml|!doctype|html|head|body|table|[a-z]+[\s>])/i.test(start)) throw refuse("HTML or XML");
  if (/^(\{\s*("|\})|\[\s*[[{"\d\]-])/.test(start)) throw refuse("JSON");
  return { text, warnings: decoded.warnings };
}

function decodeBytes(bytes: Uint8Array, file: string | null): DecodedText {
  const place = file === null ? {} : { file };
  for (const { bytes: signature, what, fix } of signatures) {
    if (signature.every((byte, i) => bytes[i] === byte)) {
      throw dataError("NOT_A_TABLE", `The file is not a CSV table: it is ${what}.`, fix, place);
    }
  }
  const plain = (label: string) => ({ text: new TextDecoder(label).decode(bytes), warnings: [] });
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return plain("utf-16le");
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return plain("utf-16be");
  const zeros = [0, 0];
  const seen = Math.min(bytes.length, 4000);
  for (let i = 0; i < seen; i++) if (bytes[i] === 0) zeros[i % 2]!++;
  if (zeros[1]! > 0.3 * seen && zeros[0]! === 0) return plain("utf-16le");
  if (zeros[0]! > 0.3 * seen && zeros[1]! === 0) return plain("utf-16be");
  if (zeros[0]! + zeros[1]! > 0) {
    throw dataError("NOT_A_TABLE", "The file is not a CSV table: it looks like binary data.", csvFix, place);
  }
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), warnings: [] };
  } catch {
    let controls = 0;
    for (let i = 0; i < seen; i++) if (bytes[i]! < 9 || (bytes[i]! > 13 && bytes[i]! < 32)) controls++;
    if (controls > 0.02 * seen) {
      throw dataError("NOT_A_TABLE", "The file is not a CSV table: it looks like binary data.", csvFix, place);
    }
    return {
      text: new TextDecoder("windows-1252").decode(bytes),
      warnings: [
        {
          severity: "warning",
          code: "NOT_UTF8",
          message: "The file is not valid UTF-8 and was read as Windows-1252.",
          fix: "Check names with accents, or save the file as UTF-8.",
        },
      ],
    };
  }
}
