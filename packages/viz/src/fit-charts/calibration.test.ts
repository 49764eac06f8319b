import { expect, test } from "vitest";
import { calibratedView } from "../fixture/calibrated-view.js";
import { simulatedView } from "../fixture/simulated-view.js";
import { renderReport } from "../report/report.js";
import { calibrationByChannel } from "./calibration-channels.js";
import { priorChart } from "./calibration-priors.js";
import { liftTestChart } from "./calibration-tests.js";

const view = calibratedView({ units: 2, periods: 70, draws: 8 });
const { tests, priors, channels } = view.result.calibration!;

test("every test is a row with what was measured and both estimates, and the conflict is said", () => {
  const chart = liftTestChart(view)!;
  expect(chart.title).toMatch(/^Return of the tested spend/);
  expect(chart.table.rows.map((row) => [row[0], row[6], row[8], row[11]])).toEqual(
    tests.map(({ channel, lift, before, after }) => [channel, lift, before.mean, after.mean]),
  );
  expect(chart.description).toMatch(
    /^The data alone disagree with the test TV of .* by more than two standard errors\.$/,
  );
});

test("without costs the lift itself is drawn", () => {
  const chart = liftTestChart(calibratedView({ units: 2, periods: 70, draws: 8, withoutSpend: true }))!;
  expect(chart.title).toBe("Lift: measured and modelled");
  const { series } = chart.option as { series: { name: string; data: { value: number[] }[] }[] };
  const measured = series.find(({ name }) => name === "Measured")!.data.map(({ value }) => value[1]);
  expect(measured).toEqual(tests.map(({ lift }) => lift));
});

test("beliefs are drawn as the range they span, inside the axis", () => {
  const chart = priorChart(view, "roi")!;
  const { xAxis, series } = chart.option as {
    xAxis: { min: number; max: number };
    series: { name: string; data: { value: number[] }[] }[];
  };
  const { low, high } = priors[0]!;
  expect(series.find(({ name }) => name === "Believed")!.data[0]!.value).toEqual([0, low, high]);
  expect(xAxis.min).toBeLessThanOrEqual(low);
  expect(xAxis.max).toBeGreaterThanOrEqual(high);
  expect(priorChart(view, "share")!.description).toBe("The data alone come out outside what was believed of TV.");
});

test("every channel is shown without and with calibration", () => {
  const { table, description } = calibrationByChannel(view)!;
  expect(table.rows.length).toBe(channels.length);
  for (const [name, before, , , after] of table.rows) {
    const { roi } = channels.find((channel) => channel.name === name)!;
    expect([before, after]).toEqual([roi!.before.mean, roi!.after.mean]);
  }
  expect(description).toMatch(/down by 17%; its interval is 50% narrower\.$/);
});

test("the report has the section only for calibrated fits", () => {
  expect(renderReport(view)).toContain('id="calibration"');
  expect(renderReport(simulatedView({ units: 2, periods: 70, draws: 8 }))).not.toContain('id="calibration"');
});
