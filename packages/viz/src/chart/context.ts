import type { FitView } from "@mmm/model";
import { createFormat, type Format } from "../format/format.js";

/** The format that suits a fit when the caller gives none: its currency and frequency, British English. */
export function fitFormat(
  view: FitView,
  options: { readonly locale?: string; readonly currency?: string } = {},
): Format {
  return createFormat({ currency: view.currency, frequency: view.frequency, ...options });
}

/** Interval in words: "90% interval". */
export const intervalName = (probability: number): string => `${Math.round(probability * 100)}% interval`;

export const sum = (values: readonly (number | null)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);

/** `1 week`, `3 weeks`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** What one period is called. */
export const periodNoun = (frequency: FitView["frequency"]): string => (frequency === "index" ? "period" : frequency);
