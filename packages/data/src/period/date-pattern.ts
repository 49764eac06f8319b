// Date patterns as data: a pattern such as "DD/MM/YYYY" compiles to a reader that gives days since 1970-01-01.

import { isoDay, usageError } from "@mmm/core";

export interface DatePattern {
  readonly pattern: string;
  /** The day a cell names; NaN when the cell does not follow the pattern. */
  readonly read: (cell: string) => number;
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const monthNames = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];

const tokens: Readonly<Record<string, string>> = {
  YYYY: "(\\d{4})",
  YY: "(\\d{2})",
  MMM: "([A-Za-z]{3,9})\\.?",
  MM: "(\\d{1,2})",
  DD: "(\\d{1,2})",
  WW: "(\\d{1,2})",
  E: "([1-7])",
  Q: "([1-4])",
};
const token = /YYYY|YY|MMM|MM|DD|WW|E|Q|\[[^\]]*\]/g;

/**
 * Compile a pattern of `YYYY`, `YY`, `MM`, `MMM` (English month name), `DD`, `WW` (ISO week), `E` (ISO weekday), `Q`
 * (quarter), literal text in square brackets and separators. Months and days may have one digit. `YYYYMMDD`, `YYYYMM`
 * and `YYYYWW` need all digits.
 *
 * @example compileDatePattern("DD.MM.YYYY").read("5.2.2024") // 19758
 */
export function compileDatePattern(pattern: string): DatePattern {
  const fixedWidth = /^(YYYYMMDD|YYYYMM|YYYYWW)$/.test(pattern);
  const fields: string[] = [];
  let source = "";
  let end = 0;
  for (const match of pattern.matchAll(token)) {
    source += escapeText(pattern.slice(end, match.index));
    end = match.index + match[0].length;
    if (match[0].startsWith("[")) {
      source += escapeText(match[0].slice(1, -1));
      continue;
    }
    fields.push(match[0]);
    source += fixedWidth && match[0] !== "YYYY" ? "(\\d{2})" : tokens[match[0]];
  }
  source += escapeText(pattern.slice(end));
  if (!fields.some((field) => field === "YYYY" || field === "YY")) {
    throw usageError(
      "BAD_DATE_FORMAT",
      `The date format '${pattern}' has no year.`,
      "Build it from YYYY, YY, MM, MMM, DD, WW, E and Q, for example DD/MM/YYYY or YYYY-[W]WW.",
    );
  }
  const expression = new RegExp(`^${source}$`, "i");
  return {
    pattern,
    read: (cell) => {
      const match = expression.exec(cell);
      return match ? dayOf(fields, match.slice(1)) : Number.NaN;
    },
  };
}

function escapeText(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&").replace(/ /g, "\\s+");
}

function dayOf(fields: readonly string[], parts: readonly string[]): number {
  let year = Number.NaN;
  let month = 1;
  let day = 1;
  let week: number | null = null;
  let weekday = 1;
  for (let i = 0; i < fields.length; i++) {
    const part = parts[i]!;
    switch (fields[i]) {
      case "YYYY":
        year = Number(part);
        break;
      case "YY":
        year = Number(part) + (Number(part) < 70 ? 2000 : 1900);
        break;
      case "MMM":
        month = monthNumber(part);
        break;
      case "MM":
        month = Number(part);
        break;
      case "DD":
        day = Number(part);
        break;
      case "WW":
        week = Number(part);
        break;
      case "E":
        weekday = Number(part);
        break;
      default:
        month = 3 * Number(part) - 2;
    }
  }
  if (!(year >= 1000)) return Number.NaN;
  if (week !== null) return isoWeekDay(year, week, weekday);
  const two = (value: number) => String(value).padStart(2, "0");
  return isoDay(`${year}-${two(month)}-${two(day)}`);
}

function monthNumber(name: string): number {
  const lower = name.toLowerCase();
  const index = lower === "sept" ? 8 : lower.length === 3 ? months.indexOf(lower) : monthNames.indexOf(lower);
  return index < 0 ? Number.NaN : index + 1;
}

/** Day of an ISO 8601 week date: week 1 holds 4 January, weeks start on Monday. NaN for a week 53 that the year lacks. */
export function isoWeekDay(year: number, week: number, weekday = 1): number {
  const monday = (of: number) => {
    const fourth = isoDay(`${of}-01-04`);
    return fourth - ((fourth + 3) % 7);
  };
  const day = monday(year) + 7 * (week - 1);
  return week >= 1 && day < monday(year + 1) ? day + weekday - 1 : Number.NaN;
}
