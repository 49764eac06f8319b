import type { FitView } from "@mmm/model";
import { expect, test } from "vitest";
import { simulatedView } from "../fixture/simulated-view.js";
import { createFormat } from "../format/format.js";
import { channelAdvice } from "./channel-advice.js";
import { summarySection } from "./summary.js";
import { verdict } from "./verdict.js";

const view = simulatedView({ units: 6, periods: 104 });
const format = createFormat();
const finding = (severity: "error" | "warning") => ({
  severity,
  code: "X",
  message: "Something is off.",
  fix: "Mend it.",
});
const withResult = (changes: Partial<FitView["result"]>): FitView => ({
  ...view,
  result: { ...view.result, ...changes },
});
const adviceFor = (changed: FitView, name: string) =>
  channelAdvice(changed, format).find(({ channel }) => channel.name === name)!;
const withChannel = (name: string, changes: Partial<FitView["result"]["channels"][number]>): FitView =>
  withResult({
    channels: view.result.channels.map((channel) => (channel.name === name ? { ...channel, ...changes } : channel)),
  });

test("the verdict follows the worst finding", () => {
  expect(verdict(view).label).toBe("Healthy");
  expect(verdict(withResult({ diagnostics: [finding("warning")] })).tone).toBe("caution");
  expect(verdict(withResult({ diagnostics: [finding("warning"), finding("error")] })).text).toContain(
    "Something is off.",
  );
});

test("a model that simple forecasts beat is not to be acted on", () => {
  const { fit } = view.result;
  const beaten = withResult({ fit: { ...fit, holdout: { ...fit.holdout!, wmape: 0.5 } } });
  expect(verdict(beaten).tone).toBe("bad");
  expect(channelAdvice(beaten, format).every(({ action }) => action === "wait")).toBe(true);
});

test("without a holdout the verdict stays careful", () => {
  const naive = { unitMean: null, lastPeriods: null, seasonalNaive: null };
  expect(verdict(withResult({ fit: { ...view.result.fit, holdout: null, naive } })).tone).toBe("caution");
});

test("a clear effect may be moved, at most by a fifth and never beyond what was observed", () => {
  const clear = adviceFor(view, "TV");
  expect(clear.action).toBe("move");
  expect(clear.step).toBeLessThanOrEqual(0.2);
  const { observedRange, currentActivity } = clear.channel.view.curve;
  expect(currentActivity * (1 + clear.step!)).toBeLessThanOrEqual(observedRange[1]);
  expect(currentActivity * (1 - clear.step!)).toBeGreaterThanOrEqual(observedRange[0]);
});

test("an effect that may be nothing, or is known too vaguely, is to be tested", () => {
  const nothing = withChannel("TV", { direct: { mean: 100, lower: 1, upper: 120 } });
  expect(adviceFor(nothing, "TV")).toMatchObject({ action: "test", step: null });
  expect(adviceFor(nothing, "TV").reason).toContain("cannot be told from zero");
  const vague = withChannel("TV", { direct: { mean: 100, lower: 50, upper: 300 } });
  expect(adviceFor(vague, "TV").reason).toContain("0.5 to 3 times the estimate");
});

test("a channel that others explain is to be tested", () => {
  const varianceInflation = [{ name: "TV", value: 40 }];
  const entangled = { ...view, dataQuality: { ...view.dataQuality, varianceInflation } };
  expect(adviceFor(entangled, "TV").reason).toContain("moves together");
});

test("an effect that a finding puts in doubt is to be tested, however narrow its interval", () => {
  const doubted = withResult({ diagnostics: [{ ...finding("warning"), code: "EFFECT_OFFSET", channels: ["TV"] }] });
  expect(adviceFor(doubted, "TV")).toMatchObject({ action: "test", step: null });
  expect(adviceFor(doubted, "TV").reason).toMatch(/^The KPI as a whole did not follow it/);
  const said = JSON.stringify(summarySection(doubted, format));
  expect(said).toContain("TV: the KPI as a whole did not follow it");
  expect(said).not.toContain("TV may bring anything");
  const others = view.result.channels.filter(({ name }) => name !== "TV");
  for (const { name } of others) expect(adviceFor(doubted, name).action).toBe(adviceFor(view, name).action);
});
