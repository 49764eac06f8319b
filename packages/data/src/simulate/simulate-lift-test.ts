import { createRandom, type Panel } from "@mmm/core";
import type { LiftTest } from "../lift-tests/lift-test.js";
import { placeLiftTest } from "../lift-tests/place-lift-test.js";
import { type SimulationTruth, trueContribution } from "./truth.js";

export interface LiftTestDesign extends Pick<LiftTest, "channel" | "units" | "from" | "to" | "until" | "spendChange"> {
  /** Standard error as a part of the true lift. Default 0.15. */
  readonly relativeError?: number;
}

/**
 * A lift test in a simulated market, with its true lift plus normal error.
 *
 * @example
 * const { panel, truth } = simulatePanel({}, 1);
 * const design = { channel: "spend_0", units: "all", from: "2024-01-01", to: "2024-01-22", spendChange: { percent: 50 } } as const;
 * simulateLiftTest(truth, panel, design, 1).lift;
 */
export function simulateLiftTest(
  truth: SimulationTruth,
  panel: Panel,
  { relativeError = 0.15, ...design }: LiftTestDesign,
  seed: number,
): LiftTest {
  const placed = placeLiftTest(panel, { ...design, lift: 0, standardError: 1 });
  const { periods, preSample } = truth.settings;
  const length = preSample + periods;
  const channel = truth.channels.findIndex(({ name }) => name === design.channel);
  const activity = truth.activity[channel]!.slice();
  const width = placed.end - placed.start;
  placed.units.forEach((unit, k) => {
    for (let t = 0; t < width; t++) {
      const value = placed.withoutTest[k * width + t]!;
      if (Number.isFinite(value)) activity[unit * length + preSample + placed.start + t] = value;
    }
  });
  const without = trueContribution(truth, channel, activity);
  let lift = 0;
  for (const unit of placed.units) {
    for (let t = placed.start; t < placed.until; t++) {
      const cell = unit * periods + t;
      if (truth.observed[cell] !== 1) continue;
      lift += truth.contributions[cell * truth.channels.length + channel]! - without[cell]!;
    }
  }
  const standardError = relativeError * Math.abs(lift);
  const error = createRandom(seed).split("lift test").normal();
  return { ...design, lift: lift + standardError * error, standardError };
}
