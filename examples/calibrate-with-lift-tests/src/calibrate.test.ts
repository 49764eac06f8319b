import { expect, it } from "vitest";
import { type Calibrated, calibrate, liftTest } from "./calibrate.js";
import { marketWithHiddenDemand } from "./market.js";

const market = marketWithHiddenDemand(1);
const [radio, search] = ["radio", "search"].map((channel) => liftTest(market.truth, market.panel, channel));
const roiOf = ({ calibration }: Calibrated, channel: string) =>
  calibration.channels.find(({ name }) => name === channel)!.roi!;

it("a test narrows an unsure return around the truth, and uncovers a misleading one", async () => {
  const fit = await calibrate(market.panel, [radio!, search!]);
  const { before, after } = roiOf(fit, "radio");
  const truth = market.roi["radio"]!;
  expect(after.lower).toBeLessThan(truth);
  expect(after.upper).toBeGreaterThan(truth);
  expect(after.upper - after.lower).toBeLessThan(0.5 * (before.upper - before.lower));
  const [measured] = fit.calibration.tests;
  expect(Math.abs(measured!.after.mean - measured!.lift)).toBeLessThan(measured!.standardError);

  expect(roiOf(fit, "search").before.lower).toBeGreaterThan(market.roi["search"]!);
  expect(fit.conflicts.length).toBe(1);
  expect(fit.conflicts[0]).toMatch(/^The lift test of 'search' .* standard errors apart\.$/);
});

it("with the missing driver in the model the same tests agree with the data; a wrong one does not", async () => {
  const fit = await calibrate(market.withDemand, [radio!, search!]);
  expect(fit.conflicts).toEqual([]);
  const { lower, upper } = roiOf(fit, "search").after;
  expect(lower).toBeLessThan(market.roi["search"]!);
  expect(upper).toBeGreaterThan(market.roi["search"]!);
  const wrong = await calibrate(market.withDemand, [{ ...radio!, lift: 5 * radio!.lift }, search!]);
  expect(wrong.conflicts[0]).toMatch(/^The lift test of 'radio'/);
});
