import type { Forecast } from "@mmm/model";
import { createFormat } from "@mmm/viz";
import { textTable } from "../terminal/table.js";
import { wrap } from "../terminal/wrap.js";
import { findingsText, range } from "./fit-summary.js";

/** A forecast in a terminal: the total, a line per channel, and the findings. */
export function forecastText(ahead: Omit<Forecast, "cells">, currency: string | null, width: number): string {
  const format = createFormat({ currency, frequency: ahead.frequency });
  const { periods, kpi, total, baseline, channels, interval } = ahead;
  const count =
    periods.length === 1 ? `period ${periods[0]}` : `${periods.length} periods, ${periods[0]} to ${periods.at(-1)}`;
  const band = `${Math.round(100 * interval)}%`;
  const head = `${kpi} over ${count}: ${range(total, "compact", format)}, of which ${format.value(baseline, "compact")} without media. Brackets are ${band} intervals.`;
  const priced = channels.some(({ spend }) => spend !== null);
  const columns = [
    { head: "Channel", align: "left" },
    { head: priced ? "planned spend" : "planned activity" },
    { head: "contribution" },
    { head: "of which from before" },
  ] as const;
  const body = channels.map(({ name, activity, spend, contribution, carriedIn }) => [
    name,
    priced ? (spend === null ? "–" : format.value(spend, "compact")) : format.value(activity, "compact"),
    range(contribution, "compact", format),
    range(carriedIn, "compact", format),
  ]);
  return [
    wrap(head, { width }),
    textTable(columns, body, { width, indent: 0 }),
    findingsText(ahead.diagnostics, width, { all: true }),
  ].join("\n\n");
}
