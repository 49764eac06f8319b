// Numbers in words: one place decides digits, currency and dates, for axes, tables, tooltips and sentences.

import { type Frequency, isoDay } from "@mmm/core";
import type { NumberStyle } from "../chart/chart.js";

/** Structural twin of the model's interval: mean of the draws and its bounds. */
export interface Range {
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
}

export interface FormatOptions {
  /** BCP 47 tag, default "en-GB". */
  readonly locale?: string;
  /** ISO 4217 code such as "EUR"; without it money is written as a plain number. */
  readonly currency?: string | null;
  readonly frequency?: Frequency;
}

export interface Format {
  readonly options: FormatOptions;
  /** Write a value; null and values that are not finite become an en dash. */
  value(value: number | string | null, style: NumberStyle): string;
  /** `1.2 (0.9 to 1.6)`. */
  range(range: Range, style: NumberStyle): string;
  /** A period label: `Mar 2024` for months, `4 Mar 2024` for days and weeks, the label itself for plain integers. */
  period(label: string): string;
  /** A period label as short as an axis needs. */
  tick(label: string): string;
}

/**
 * Number, money and date formats of one reader.
 *
 * @example createFormat({ locale: "de-DE", currency: "EUR" }).range({ mean: 1.2, lower: 0.9, upper: 1.6 }, "ratio")
 */
export function createFormat(options: FormatOptions = {}): Format {
  const locale = options.locale ?? "en-GB";
  const frequency = options.frequency ?? "week";
  const money = options.currency ? ({ style: "currency", currency: options.currency } as const) : {};
  const numberFormat = (settings: Intl.NumberFormatOptions): Intl.NumberFormat =>
    new Intl.NumberFormat(locale, { signDisplay: "negative", ...settings });
  const formats = {
    number: numberFormat({ maximumSignificantDigits: 6, maximumFractionDigits: 3 }),
    compact: numberFormat({ notation: "compact", maximumSignificantDigits: 3 }),
    percent: numberFormat({ style: "percent", maximumFractionDigits: 1 }),
    roundPercent: numberFormat({ style: "percent", maximumFractionDigits: 0 }),
    money: numberFormat({ ...money, notation: "compact", maximumSignificantDigits: 3 }),
    large: numberFormat({ maximumFractionDigits: 0 }),
    medium: numberFormat({ maximumFractionDigits: 1 }),
    ratio: numberFormat({ maximumFractionDigits: 2 }),
    decimal: numberFormat({ maximumFractionDigits: 3 }),
    small: numberFormat({ maximumSignificantDigits: 2 }),
  };
  const date = (settings: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...settings });
  const daily = frequency === "day" || frequency === "week";
  const long = date(daily ? { day: "numeric", month: "short", year: "numeric" } : { month: "short", year: "numeric" });
  const short = date({ month: "short", year: "numeric" });
  const asDate = (label: string, with_: Intl.DateTimeFormat): string => {
    const day = isoDay(label);
    return Number.isNaN(day) ? label : with_.format(new Date(day * 86_400_000));
  };

  const ratioFormat = (magnitude: number): Intl.NumberFormat => {
    if (magnitude >= 100) return formats.large;
    if (magnitude >= 10) return formats.medium;
    return magnitude >= 0.1 || magnitude === 0 ? formats.ratio : formats.small;
  };
  const value = (raw: number | string | null, style: NumberStyle): string => {
    if (raw === null) return "–";
    if (typeof raw === "string") return style === "period" ? asDate(raw, long) : raw;
    if (!Number.isFinite(raw)) return "–";
    switch (style) {
      case "number":
      case "compact":
      case "money":
        return formats[style].format(raw);
      case "ratio":
        return ratioFormat(Math.abs(raw)).format(raw);
      case "decimal":
        return formats.decimal.format(raw);
      case "percent":
        return (Math.abs(raw) < 0.1 ? formats.percent : formats.roundPercent).format(raw);
      case "period":
      case "text":
        return String(raw);
      default:
        return style satisfies never;
    }
  };
  return {
    options,
    value,
    range: ({ mean, lower, upper }, style) =>
      `${value(mean, style)} (${value(lower, style)} to ${value(upper, style)})`,
    period: (label) => asDate(label, long),
    tick: (label) => asDate(label, short),
  };
}
