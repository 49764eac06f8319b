// Numbers as people write them: 1234.5, 1,234.5, 1.234,5, 1 234,5, 1'234.50, € 12, (12.5), 3e5. Which mark is the
// decimal one is a property of a column, never of a single cell; see decimal-mark.ts.

/** The character before the fraction. */
export type DecimalMark = "." | ",";

/**
 * What one cell says about the decimal mark of its column: nothing (`none`), a mark, one of two readings with the same
 * digits (`either`: 1,234 or 1.234), or that it is no number at all (`text`).
 */
export type MarkEvidence = "none" | DecimalMark | "either," | "either." | "text";

const simple = /^[+-]?(\d*)([.,])(\d+)$/;
const plain = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const money = "(?:R\\$|\\p{Sc}|kr\\.?|zł|EUR|USD|GBP|CHF|JPY|INR|CAD|AUD|SEK|NOK|DKK|PLN|CZK|BRL|CNY|KRW|MXN|ZAR|TRY)";
const prefix = new RegExp(`^([+-]?)\\s*${money}\\s*`, "iu");
const suffix = new RegExp(`\\s*(?:${money}|%)$`, "iu");
const blankGroups = /^([+-]?\d{1,3})((?:[ \u00a0\u2009\u202f'’]\d{3})+)(?=$|[.,])/;

function strip(cell: string): string {
  let text = cell.replace("−", "-");
  if (/^\(.*\)$/.test(text)) text = `-${text.slice(1, -1)}`;
  text = text.replace(prefix, "$1").replace(suffix, "");
  return text.replace(blankGroups, (_, first: string, rest: string) => first + rest.replace(/[^\d]/g, ""));
}

/** What the cell says about its column's decimal mark. */
export function markEvidence(cell: string): MarkEvidence {
  if (/^-?\d+$/.test(cell)) return "none";
  const quick = simple.exec(cell);
  if (quick && (quick[3]!.length !== 3 || !/^[1-9]\d{0,2}$/.test(quick[1]!))) return quick[2] as DecimalMark;
  const text = strip(cell);
  const match = /^[+-]?(\d*(?:[.,]\d+)*)[.,]?([eE][+-]?\d+)?$/.exec(text);
  const body = match?.[1];
  if (body === undefined || body === "") return "text";
  const marks = body.match(/[.,]/g) ?? [];
  if (marks.length === 0) return "none";
  const last = marks.at(-1) as DecimalMark;
  const other: DecimalMark = last === "." ? "," : ".";
  const parts = body.split(/[.,]/);
  const grouped = (groups: readonly string[]) =>
    /^[1-9]\d{0,2}$/.test(groups[0]!) && groups.slice(1).every((group) => group.length === 3);
  if (new Set(marks).size === 2) {
    const single = marks.filter((mark) => mark === last).length === 1;
    return single && grouped(parts.slice(0, -1)) ? last : "text";
  }
  if (marks.length > 1) return grouped(parts) && match?.[2] === undefined ? other : "text";
  return grouped(parts) && match?.[2] === undefined ? `either${last}` : last;
}

/** The number a cell holds under a given decimal mark; NaN when it holds none. */
export function readNumber(cell: string, decimal: DecimalMark): number {
  if (decimal === "." && plain.test(cell)) return finite(Number(cell));
  const evidence = markEvidence(cell);
  if (evidence === "text") return Number.NaN;
  if ((evidence === "." || evidence === ",") && evidence !== decimal) return Number.NaN;
  const thousands = decimal === "." ? "," : ".";
  return finite(Number(strip(cell).replaceAll(thousands, "").replace(decimal, ".")));
}

const finite = (value: number) => (Number.isFinite(value) ? value : Number.NaN);

/** The currency or percent sign a cell carries, if any. */
export function measureOf(cell: string): string | undefined {
  const sign = new RegExp(`${money}|%`, "iu").exec(cell);
  return sign?.[0].toUpperCase();
}
