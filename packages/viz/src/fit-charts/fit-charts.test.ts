import { expect, test } from "vitest";
import type { Cell, Chart } from "../chart/chart.js";
import { simulatedView } from "../fixture/simulated-view.js";
import { actualVsPredicted } from "./actual-vs-predicted.js";
import { answerKeyChart, shareDistance } from "./answer-key.js";
import { carryoverCurves } from "./carryover-curves.js";
import { rankedChannels } from "./channel-order.js";
import { contributionWaterfall } from "./contribution-waterfall.js";
import { decompositionOverTime } from "./decomposition-over-time.js";
import { directVsTotal } from "./direct-vs-total.js";
import { effectsOverTime } from "./effects-over-time.js";
import { naiveComparison } from "./naive-comparison.js";
import { responseCurves } from "./response-curves.js";
import { returnOnInvestment } from "./return-on-investment.js";
import { spendVsEffect } from "./spend-vs-effect.js";
import { unitPanels, unitRanking } from "./units.js";

const view = simulatedView({ units: 4, periods: 80 });
const numbers = (row: readonly Cell[]): number[] => row.filter((cell) => typeof cell === "number");
const column = ({ table }: Chart, label: string): Cell[] => {
  const at = table.header.findIndex((header) => header.label === label);
  return table.rows.map((row) => row[at]!);
};
const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

test("the components of every period add up to the prediction", () => {
  const chart = decompositionOverTime(view);
  for (const [t, row] of chart.table.rows.entries()) {
    expect(total(numbers(row).slice(0, -1))).toBeCloseTo(view.predicted.mean[t]!, 4);
  }
});

test("the stacked layers add up to the same prediction, also when channels share a layer", () => {
  const many = simulatedView({
    units: 2,
    periods: 60,
    draws: 4,
    channels: Array.from({ length: 11 }, (_, i) => `c${i}x`),
  });
  const { series } = decompositionOverTime(many).option as {
    series: { stack?: string; data: number[]; name: string }[];
  };
  const layers = series.filter(({ stack }) => stack === "components");
  expect(layers.length).toBe(1 + 7 + 1);
  expect(layers.at(-1)!.name).toBe("4 smaller channels");
  for (let t = 0; t < 60; t++) {
    expect(total(layers.map(({ data }) => data[t]!))).toBeCloseTo(many.predicted.mean[t]!, 4);
  }
});

test("the waterfall ends at the predicted total and its shares add up to one", () => {
  const chart = contributionWaterfall(view);
  const steps = column(chart, "Contribution") as number[];
  const predicted = total(view.predicted.mean as number[]);
  expect(steps.at(-1)).toBeCloseTo(predicted, 3);
  expect(total(steps.slice(0, -1))).toBeCloseTo(predicted, 3);
  expect(total((column(chart, "Share of predicted") as number[]).slice(0, -1))).toBeCloseTo(1, 9);
});

test("channels are ranked by contribution and keep their colour in every chart", () => {
  const ranked = rankedChannels(view);
  const sizes = ranked.map(({ result }) => result.contribution.mean);
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  expect(new Set(ranked.map(({ color }) => color)).size).toBe(ranked.length);
  expect(column(spendVsEffect(view), "Channel")).toEqual(ranked.map(({ name }) => name));
});

test("the sentence on coverage counts the periods inside the interval", () => {
  const perfect = { ...view, actual: view.predicted.mean };
  expect(actualVsPredicted(perfect).description).toContain("In 67 of 67 training weeks");
  expect(actualVsPredicted(perfect).description).toContain("13 of the 13 held-out weeks");
  const wrong = { ...view, actual: view.predicted.upper.map((value) => value! + 1) };
  expect(actualVsPredicted(wrong).description).toContain("In 0 of 67 training weeks");
});

test("the holdout sentence says so when a simple forecast is better", () => {
  expect(naiveComparison(view)!.description).toContain("better than the best simple forecast");
  const { holdout } = view.result.fit;
  const worse = { ...view.result.fit, holdout: { ...holdout!, wmape: 0.9 } };
  const bad = { ...view, result: { ...view.result, fit: worse } };
  expect(naiveComparison(bad)!.description).toContain("off by 90%, worse than a simple forecast");
  expect(
    naiveComparison({ ...view, result: { ...view.result, fit: { ...view.result.fit, holdout: null } } }),
  ).toBeNull();
});

test("the answer key calls a miss a miss", () => {
  const truth = view.answerKey!;
  const [first, ...rest] = truth.channels;
  const wrong = { ...view, answerKey: { ...truth, channels: [{ ...first!, share: 0.99 }, ...rest] } };
  expect(answerKeyChart(wrong)!.description).toContain(`missed: ${first!.name}`);
  expect(column(answerKeyChart(wrong)!, "Truth inside the 90% interval")).toContain("no");
  expect(answerKeyChart({ ...view, answerKey: null })).toBeNull();
});

test("share distance is the total-variation distance", () => {
  const exact = view.answerKey!.channels.map((channel) => ({
    ...channel,
    share: view.result.channels.find(({ name }) => name === channel.name)!.share.mean,
  }));
  expect(shareDistance({ ...view, answerKey: { ...view.answerKey!, channels: exact } })).toBeCloseTo(0, 12);
  const shifted = exact.map((channel, i) => ({
    ...channel,
    share: channel.share + (i === 0 ? 0.1 : i === 1 ? -0.1 : 0),
  }));
  expect(shareDistance({ ...view, answerKey: { ...view.answerKey!, channels: shifted } })).toBeCloseTo(0.1, 12);
});

test("without spend there is no return, and curves run over activity", () => {
  const blind = simulatedView({ units: 2, periods: 60, draws: 4, withoutSpend: true });
  expect(returnOnInvestment(blind)).toBeNull();
  expect(spendVsEffect(blind).description).toContain("no spend is known");
  const [curve] = responseCurves(blind);
  const { series } = curve!.option as { series: { name: string; data: [number, number][] }[] };
  const today = series.find(({ name }) => name === "Today")!.data[0]!;
  expect(today[0]).toBe(rankedChannels(blind)[0]!.view.curve.currentActivity);
});

test("truth is drawn only where it is known", () => {
  const names = (chart: Chart): string[] =>
    (chart.option as { series: { name: string }[] }).series.map(({ name }) => name);
  const hidden = { ...view, answerKey: null };
  for (const charts of [responseCurves, carryoverCurves]) {
    expect(names(charts(view)[0]!)).toContain("Truth");
    expect(names(charts(hidden)[0]!)).not.toContain("Truth");
  }
});

test("direct effects need a graph; the channel that works through others is named", () => {
  expect(directVsTotal(view)).toBeNull();
  const linked = simulatedView({ units: 2, periods: 60, draws: 4, withGraph: true });
  expect(directVsTotal(linked)!.description).toContain("TV does most through other channels");
});

test("many units are ranked, the largest shown, all of them in the table", () => {
  const wide = simulatedView({ units: 40, periods: 60, draws: 2 });
  const chart = unitRanking(wide)!;
  expect(chart.title).toBe("The 20 largest of 40 units");
  expect(chart.table.rows.length).toBe(40);
  const sizes = column(chart, "Predicted") as number[];
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  expect(unitPanels(wide).length).toBe(12);
  expect(unitRanking(simulatedView({ units: 1, periods: 60, draws: 2 }))).toBeNull();
});

test("effects are drawn over time only where they change, with the truth where it is known", () => {
  expect(effectsOverTime(view)).toEqual([]);
  const step = (t: number) => (t < 40 ? 0.8 : 1.25);
  const path = view.periods.map((_, t) => ({ lower: step(t) - 0.1, mean: step(t), upper: step(t) + 0.1 }));
  const [first, ...others] = view.channels;
  const changing = { ...view, channels: [{ ...first!, effectPath: path }, ...others] };
  const [chart, ...more] = effectsOverTime(changing);
  expect(more).toEqual([]);
  expect(column(chart!, "Effect over its average")).toEqual(path.map(({ mean }) => mean));
  expect(chart!.description).toContain("1.25");
  expect(chart!.description).not.toContain("unchanged");
  const known = view.answerKey!.channels.map((channel) => ({ ...channel, effectPath: view.periods.map(() => 1) }));
  const [told] = effectsOverTime({ ...changing, answerKey: { ...view.answerKey!, channels: known } });
  expect(column(told!, "Truth")).toEqual(view.periods.map(() => 1));
});
