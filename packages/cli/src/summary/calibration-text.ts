// What lift tests and priors changed, in a terminal.

import type { FitView } from "@mmm/model";
import type { Format } from "@mmm/viz";
import { textTable } from "../terminal/table.js";
import { percentRange, range } from "./fit-summary.js";

/** A line per test and per prior; empty for a fit without them. */
export function calibrationText({ result }: FitView, format: Format, width: number): string {
  const { calibration } = result;
  if (calibration === undefined) return "";
  const value = (number: number): string => format.value(number, "compact");
  const several = (name: string): boolean => calibration.tests.filter(({ channel }) => channel === name).length > 1;
  const tests = textTable(
    [{ head: "Lift test", align: "left" }, { head: "measured" }, { head: "before" }, { head: "after" }, { head: "z" }],
    calibration.tests.map(({ channel, from, lift, standardError, before, after, z, used }) => [
      `${channel}${several(channel) ? `, ${from}` : ""}${used ? "" : " (not used)"}`,
      `${value(lift)} ± ${value(standardError)}`,
      range(before, "compact", format),
      range(after, "compact", format),
      z.toFixed(1),
    ]),
    { width, indent: 0 },
  );
  const priors = textTable(
    [{ head: "Belief", align: "left" }, { head: "range" }, { head: "before" }, { head: "after" }, { head: "z" }],
    calibration.priors.map(({ channel, quantity, low, high, before, after, z }) => [
      `${channel} ${quantity === "roi" ? "ROI" : "share"}`,
      quantity === "roi"
        ? `${format.value(low, "ratio")} to ${format.value(high, "ratio")}`
        : `${format.value(low, "percent")} to ${format.value(high, "percent")}`,
      quantity === "roi" ? range(before, "ratio", format) : percentRange(before),
      quantity === "roi" ? range(after, "ratio", format) : percentRange(after),
      z.toFixed(1),
    ]),
    { width, indent: 0 },
  );
  return [
    ...(calibration.tests.length > 0 ? [tests] : []),
    ...(calibration.priors.length > 0 ? [priors] : []),
    "before: the data alone; after: with tests and beliefs; z: how many standard\nerrors test or belief and data are apart.",
  ].join("\n\n");
}
