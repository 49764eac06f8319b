import type { Diagnostic } from "@mmm/core";
import type { FitView } from "@mmm/model";
import { counted, intervalName, periodNoun } from "../chart/context.js";
import { someWords } from "../chart/labels.js";
import { answerRows, shareDistance } from "../fit-charts/answer-key.js";
import { rankedChannels } from "../fit-charts/channel-order.js";
import { naiveComparison } from "../fit-charts/naive-comparison.js";
import type { Format } from "../format/format.js";
import type { AdviceRow, Claim, PageSection, Tile, Tone } from "../html/blocks.js";
import { adviceRules, type ChannelAdvice, channelAdvice } from "./channel-advice.js";
import { allFindings, beatsSimpleForecasts, verdict } from "./verdict.js";

/** The first page: verdict, headline numbers, what works, what is uncertain, what to do, and a line per channel. */
export function summarySection(view: FitView, format: Format): PageSection {
  const advice = channelAdvice(view, format);
  const { tone, label, text } = verdict(view);
  return {
    id: "summary",
    title: "Summary",
    blocks: [
      { kind: "verdict", tone, label, text },
      { kind: "tiles", tiles: tiles(view, format) },
      {
        kind: "lists",
        lists: [
          { title: "What works", tone: "good", items: whatWorks(view, advice, format) },
          { title: "What is uncertain", tone: "caution", items: whatIsUncertain(view, advice, format) },
          { title: "What to do", tone: "plain", items: whatToDo(view, advice, format) },
          { title: "What to test next", tone: "plain", items: whatToTest(view, advice, format) },
        ],
      },
      {
        kind: "advice",
        title: "Channel by channel",
        rows: advice.map((entry) => adviceRow(entry, view, format)),
        note: `Ranges are ${intervalName(view.result.interval)}s. ${adviceRules}`,
      },
    ],
  };
}

function tiles(view: FitView, format: Format): Tile[] {
  const { result } = view;
  const band = intervalName(result.interval);
  const between = (
    { lower, upper }: { lower: number; upper: number },
    style: "percent" | "compact" | "ratio",
  ): string => `${format.value(lower, style)} to ${format.value(upper, style)}, ${band}`;
  const list: Tile[] = [
    {
      label: `Media's part of ${result.kpi}`,
      value: format.value(result.mediaFraction.mean, "percent"),
      note: between(result.mediaFraction, "percent"),
      evidence: "chart-contribution-waterfall",
    },
  ];
  const ranked = rankedChannels(view);
  const best = ranked
    .flatMap(({ label, result: { roi } }) => (roi ? [{ label, roi }] : []))
    .toSorted((a, b) => b.roi.mean - a.roi.mean)[0];
  const largest = ranked.toSorted((a, b) => b.result.share.mean - a.result.share.mean)[0];
  if (best) {
    list.push({
      label: `Highest ROI: ${best.label}`,
      value: format.value(best.roi.mean, "ratio"),
      note: between(best.roi, "ratio"),
      evidence: "chart-return-on-investment",
    });
  } else if (largest) {
    list.push({
      label: `Largest share of effect: ${largest.label}`,
      value: format.value(largest.result.share.mean, "percent"),
      note: between(largest.result.share, "percent"),
      evidence: "chart-spend-vs-effect",
    });
  }
  const { holdout, train } = result.fit;
  const shown = holdout ?? train;
  list.push({
    label: holdout ? "Error on unseen periods" : "Error on training periods",
    value: format.value(shown.wmape, "percent"),
    note: `${view.result.units > 1 ? "R² within units" : "R²"} ${format.value(view.result.units > 1 ? shown.r2Within : shown.r2, "decimal")}`,
    evidence: holdout ? "chart-naive-comparison" : "chart-actual-vs-predicted",
  });
  const distance = shareDistance(view);
  if (distance !== null) {
    const rows = answerRows(view, "share");
    list.push({
      label: "Credited to the wrong channel",
      value: format.value(distance, "percent"),
      note: `truth inside the interval for ${rows.filter(({ hit }) => hit).length} of ${rows.length}`,
      evidence: "answer-key",
    });
  } else {
    const spend = result.channels.reduce((total, channel) => total + (channel.spend ?? 0), 0);
    if (spend > 0) {
      list.push({
        label: "Media spend analysed",
        value: format.value(spend, "money"),
        note: `${counted(result.channels.length, "channel")}, ${counted(result.periods, periodNoun(view.frequency))}`,
      });
    }
  }
  return list;
}

const shown = (text: string, evidence: string): Claim => ({ text, evidence });

function whatWorks(view: FitView, advice: readonly ChannelAdvice[], format: Format): (string | Claim)[] {
  const comparison = naiveComparison(view, format);
  const beats =
    comparison && beatsSimpleForecasts(view) ? [shown(comparison.description, "chart-naive-comparison")] : [];
  if (verdict(view).tone === "bad") return [...beats, "Nothing in this fit should be acted on before its checks pass."];
  const implausible = view.result.diagnostics.some(({ code }) => code === "IMPLAUSIBLE_MEDIA_TOTAL");
  const media = `Media brings ${format.range(view.result.mediaFraction, "percent")} of ${view.result.kpi}.`;
  const clear = advice.filter(({ action }) => action === "move");
  const others = clear.slice(3).map(({ channel }) => channel.label);
  return [
    ...beats,
    ...(implausible ? [] : [shown(media, "chart-contribution-waterfall")]),
    ...clear
      .slice(0, 3)
      .map(({ channel: { label, result } }) =>
        result.roi
          ? shown(
              `${label} returns ${format.range(result.roi, "ratio")} per unit of spend.`,
              "chart-return-on-investment",
            )
          : shown(
              `${label} brings ${format.range(result.share, "percent")} of the media effect.`,
              "chart-spend-vs-effect",
            ),
      ),
    ...(others.length > 0
      ? [
          shown(
            `${someWords(others)} also ${others.length === 1 ? "has" : "have"} a clear effect.`,
            "chart-spend-vs-effect",
          ),
        ]
      : []),
  ];
}

function whatIsUncertain(view: FitView, advice: readonly ChannelAdvice[], format: Format): (string | Claim)[] {
  const items: (string | Claim)[] = [];
  const comparison = naiveComparison(view, format);
  if (!comparison) items.push("No periods were held out: how the model does on new data is not known.");
  else if (beatsSimpleForecasts(view) === false) items.push(shown(comparison.description, "chart-naive-comparison"));
  const toTest = advice.filter(({ action }) => action === "test");
  for (const { channel, doubt } of toTest) {
    if (doubt !== null) items.push(shown(`${channel.label}: ${doubt}`, "trust"));
  }
  const vague = toTest.filter(({ doubt }) => doubt === null);
  for (const { channel } of vague.slice(0, 3)) {
    const { lower, upper } = channel.result.share;
    const [least, most] = [lower, upper].map((share) => format.value(share, "percent"));
    items.push(
      shown(
        `${channel.label} may bring anything from ${least} to ${most} of the media effect.`,
        "chart-spend-vs-effect",
      ),
    );
  }
  if (vague.length > 3) {
    items.push(`${someWords(vague.slice(3).map(({ channel }) => channel.label))} are known as vaguely.`);
  }
  const general = generalWarnings(view, toTest);
  items.push(...general.slice(0, 3).map(({ message }) => shown(message, "trust")));
  if (general.length > 3) {
    items.push(shown(`${counted(general.length - 3, "more finding")} under “Can we trust it?”.`, "trust"));
  }
  return items.length > 0 ? items : ["Nothing beyond the intervals shown."];
}

/** Warnings that do not merely repeat what is already said of a channel. */
function generalWarnings(view: FitView, toTest: readonly ChannelAdvice[]): Diagnostic[] {
  const said = toTest.map(({ channel }) => channel.name);
  return allFindings(view).filter(
    ({ severity, message }) => severity === "warning" && !said.some((name) => message.includes(`'${name}'`)),
  );
}

function whatToDo(view: FitView, advice: readonly ChannelAdvice[], format: Format): (string | Claim)[] {
  const errors = allFindings(view).filter(({ severity }) => severity === "error");
  if (errors.length > 0) return unique(errors.map(({ fix }) => fix)).slice(0, 4);
  const items: (string | Claim)[] = [];
  const movable = advice.filter(({ action, channel }) => action === "move" && channel.result.mroi !== null);
  const byNext = movable.toSorted((a, b) => b.channel.result.mroi!.mean - a.channel.result.mroi!.mean);
  const [to, from] = [byNext[0], byNext.at(-1)];
  if (to && from && to.channel.result.mroi!.lower > from.channel.result.mroi!.upper) {
    const step = format.value(Math.min(to.step!, from.step!), "percent");
    const [there, here] = [to, from].map(({ channel }) => format.range(channel.result.mroi!, "ratio"));
    items.push(
      shown(
        `Move budget from ${from.channel.label} to ${to.channel.label}, at most ${step} at a time: the next unit returns ${there} there and ${here} here. Then fit again with the new data.`,
        "chart-return-on-investment",
      ),
    );
  } else if (movable.length > 1) {
    items.push(
      shown(
        "Keep the split between the well-known channels: their next units of spend return about the same.",
        "chart-return-on-investment",
      ),
    );
  }
  const vague = advice.filter(({ action }) => action === "test");
  const held = vague.filter(({ channel }) => channel.result.spend !== null).map(({ channel }) => channel.label);
  if (held.length > 0)
    items.push(`Leave ${someWords(held)} as ${held.length === 1 ? "it is" : "they are"} until tested.`);
  items.push(...unique(generalWarnings(view, vague).map(({ fix }) => fix)).slice(0, 2));
  return items.length > 0 ? items : ["Refit with new data each quarter and compare."];
}

/** Tests by how much they would tell, each with its size. */
function whatToTest(view: FitView, advice: readonly ChannelAdvice[], format: Format): (string | Claim)[] {
  const noun = periodNoun(view.frequency);
  const vague = advice.filter(({ action }) => action === "test").toSorted((a, b) => width(b) - width(a));
  const feasible = vague.filter(({ testPeriods }) => testPeriods !== null);
  const half = (periods: number): string =>
    view.result.units > 1 ? `, or in half of the units for ${counted(2 * periods, noun)}` : "";
  const tests = feasible
    .slice(0, 3)
    .map(({ channel, testPeriods }) =>
      shown(
        `Pause ${channel.label} for about ${counted(testPeriods!, noun)}${half(testPeriods!)}: the model expects to lose ${format.range(channel.view.curve.currentResponse, "compact")} per ${noun}.`,
        `chart-response-curve-${channel.rank + 1}`,
      ),
    );
  const hidden = vague.filter(({ testPeriods }) => testPeriods === null).map(({ channel }) => channel.label);
  if (hidden.length > 0) {
    tests.push(
      shown(
        `Vary ${someWords(hidden)} strongly and on purpose; a pause alone would not show enough.`,
        "chart-spend-vs-effect",
      ),
    );
  }
  if (tests.length > 0) return tests;
  return verdict(view).tone === "bad"
    ? ["First mend what the checks name; tests can be sized afterwards."]
    : ["Every channel is known well enough for small steps. Repeat the best-known test once a year."];
}

const unique = (texts: readonly string[]): string[] => [...new Set(texts.filter((text) => text !== ""))];

const width = ({ channel }: ChannelAdvice): number =>
  channel.result.contribution.upper - channel.result.contribution.lower;

function adviceRow({ channel, action, step, reason }: ChannelAdvice, view: FitView, format: Format): AdviceRow {
  const { result } = channel;
  const fact = (
    label: string,
    interval: { mean: number; lower: number; upper: number } | null,
    style: "percent" | "ratio" | "compact",
  ): AdviceRow["facts"][number] =>
    interval
      ? {
          label,
          value: format.value(interval.mean, style),
          note: `${format.value(interval.lower, style)} to ${format.value(interval.upper, style)}`,
        }
      : { label, value: "–", note: "no spend known" };
  const tones: Record<ChannelAdvice["action"], Tone> = { move: "good", test: "caution", wait: "bad" };
  const labels: Record<ChannelAdvice["action"], string> = {
    move: `Safe to move ±${format.value(step, "percent")}`,
    test: "Test first",
    wait: "Wait",
  };
  const hasSpend = view.result.channels.some(({ roi }) => roi !== null);
  return {
    subject: channel.label,
    facts: [
      fact("Share of effect", result.share, "percent"),
      ...(hasSpend
        ? [fact("ROI", result.roi, "ratio"), fact("mROI", result.mroi, "ratio")]
        : [
            fact("Contribution", result.contribution, "compact"),
            fact(`Half-life (${periodNoun(view.frequency)}s)`, channel.view.carryover.halfLife, "ratio"),
          ]),
    ],
    tone: tones[action],
    label: labels[action],
    reason,
    evidence: `chart-response-curve-${channel.rank + 1}`,
  };
}
