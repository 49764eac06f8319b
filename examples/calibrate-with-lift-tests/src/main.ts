// Two lift tests meet a model that lacks a driver: where the data are unsure the test decides, where they mislead it
// raises the alarm. Prints returns without and with the tests beside the truth.

import type { Interval } from "@mmm/model";
import { type Calibrated, calibrate, liftTest } from "./calibrate.js";
import { marketWithHiddenDemand } from "./market.js";

const market = marketWithHiddenDemand(1);
const tests = ["radio", "search"].map((channel) => liftTest(market.truth, market.panel, channel));
print("Without demand in the model", await calibrate(market.panel, tests));
print("With demand as a control", await calibrate(market.withDemand, tests));

const wrong = tests.map((test) => (test.channel === "radio" ? { ...test, lift: 5 * test.lift } : test));
print("Had the radio test been reported five times too large", await calibrate(market.withDemand, wrong));

function print(title: string, { calibration, conflicts }: Calibrated): void {
  console.log(`\n${title}\n${"ROI".padEnd(8)} ${"truth".padEnd(7)} ${"data alone".padEnd(24)} with the tests`);
  for (const { name, roi } of calibration.channels) {
    const truth = number(market.roi[name]!).padEnd(7);
    console.log(`${name.padEnd(8)} ${truth} ${interval(roi!.before).padEnd(24)} ${interval(roi!.after)}`);
  }
  console.log(conflicts.length === 0 ? "Tests and data agree." : conflicts.join("\n"));
}

function interval({ mean, lower, upper }: Interval): string {
  return `${number(mean)} [${number(lower)}, ${number(upper)}]`;
}

function number(value: number): string {
  return Number(value.toPrecision(3)).toString();
}
