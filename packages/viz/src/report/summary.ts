import type { Diagnostic } from "@mmm/core";
import type { FitView } from "@mmm/model";
import { counted, intervalName, periodNoun } from "../chart/context.js";
import { someWords } from "../chart/labels.js";
import { answerRows, shareDistance } from "../fit-charts/answer-key.js";
import { rankedChannels } from "../fit-charts/channel-order.js";
import { naiveComparison } from "../fit-charts/naive-comparison.js";
import type { Format } from "../format/format.js";
import type { AdviceRow, PageSection, Tile, Tone } from "../html/blocks.js";
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
          { title: "What to do next", tone: "plain", items: whatToDo(view, advice, format) },
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
    });
  } else if (largest) {
    list.push({
      label: `Largest share of effect: ${largest.label}`,
      value: format.value(largest.result.share.mean, "percent"),
      note: between(largest.result.share, "percent"),
    });
  }
  const { holdout, train } = result.fit;
  const shown = holdout ?? train;
  list.push({
    label: holdout ? "Error on unseen periods" : "Error on training periods",
    value: format.value(shown.wmape, "percent"),
    note: `${view.result.units > 1 ? "R² within units" : "R²"} ${format.value(view.result.units > 1 ? shown.r2Within : shown.r2, "decimal")}`,
  });
  const distance = shareDistance(view);
  if (distance !== null) {
    const rows = answerRows(view, "share");
    list.push({
      label: "Credited to the wrong channel",
      value: format.value(distance, "percent"),
      note: `truth inside the interval for ${rows.filter(({ hit }) => hit).length} of ${rows.length}`,
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

function whatWorks(view: FitView, advice: readonly ChannelAdvice[], format: Format): string[] {
  const comparison = naiveComparison(view, format);
  const beats = comparison && beatsSimpleForecasts(view) ? [comparison.description] : [];
  if (verdict(view).tone === "bad") return [...beats, "Nothing in this fit should be acted on before its checks pass."];
  const items = [...beats, `Media brings ${format.range(view.result.mediaFraction, "percent")} of ${view.result.kpi}.`];
  const clear = advice.filter(({ action }) => action === "move");
  for (const { channel } of clear.slice(0, 3)) {
    const { roi, share } = channel.result;
    items.push(
      roi
        ? `${channel.label} returns ${format.range(roi, "ratio")} per unit of spend.`
        : `${channel.label} brings ${format.range(share, "percent")} of the media effect.`,
    );
  }
  const others = clear.slice(3).map(({ channel }) => channel.label);
  if (others.length > 0)
    items.push(`${someWords(others)} also ${others.length === 1 ? "has" : "have"} a clear effect.`);
  return items;
}

function whatIsUncertain(view: FitView, advice: readonly ChannelAdvice[], format: Format): string[] {
  const items: string[] = [];
  const comparison = naiveComparison(view, format);
  if (!comparison) items.push("No periods were held out: how the model does on new data is not known.");
  else if (beatsSimpleForecasts(view) === false) items.push(comparison.description);
  const vague = advice.filter(({ action }) => action === "test");
  for (const { channel } of vague.slice(0, 3)) {
    const { lower, upper } = channel.result.share;
    items.push(
      `${channel.label} may bring anything from ${format.value(lower, "percent")} to ${format.value(upper, "percent")} of the media effect.`,
    );
  }
  if (vague.length > 3) {
    items.push(`${someWords(vague.slice(3).map(({ channel }) => channel.label))} are known as vaguely.`);
  }
  const general = generalWarnings(view, vague);
  items.push(...general.slice(0, 3).map(({ message }) => message));
  if (general.length > 3) items.push(`${counted(general.length - 3, "more finding")}: see “Can we trust it?”.`);
  return items.length > 0 ? items : ["Nothing beyond the intervals shown."];
}

/** Warnings that do not merely repeat what is already said of a channel. */
function generalWarnings(view: FitView, vague: readonly ChannelAdvice[]): Diagnostic[] {
  const said = vague.map(({ channel }) => channel.name);
  return allFindings(view).filter(
    ({ severity, message }) => severity === "warning" && !said.some((name) => message.includes(`'${name}'`)),
  );
}

function whatToDo(view: FitView, advice: readonly ChannelAdvice[], format: Format): string[] {
  const errors = allFindings(view).filter(({ severity }) => severity === "error");
  if (errors.length > 0) return unique(errors.map(({ fix }) => fix)).slice(0, 4);
  const items: string[] = [];
  const movable = advice.filter(({ action, channel }) => action === "move" && channel.result.mroi !== null);
  const byNext = movable.toSorted((a, b) => b.channel.result.mroi!.mean - a.channel.result.mroi!.mean);
  const [to, from] = [byNext[0], byNext.at(-1)];
  if (to && from && to.channel.result.mroi!.lower > from.channel.result.mroi!.upper) {
    items.push(
      `Move budget from ${from.channel.label} to ${to.channel.label}, at most ${format.value(Math.min(to.step!, from.step!), "percent")} at a time: the next unit returns ${format.range(to.channel.result.mroi!, "ratio")} there and ${format.range(from.channel.result.mroi!, "ratio")} here.`,
    );
  } else if (movable.length > 1) {
    items.push("Keep the split between the well-known channels: their next units of spend return about the same.");
  }
  const vague = advice.filter(({ action }) => action === "test").toSorted((a, b) => width(b) - width(a));
  const feasible = vague.filter(({ testPeriods }) => testPeriods !== null);
  for (const { channel, testPeriods } of feasible.slice(0, 2)) {
    items.push(
      `Test ${channel.label} before acting on it: pause it for about ${counted(testPeriods!, periodNoun(view.frequency))}, or twice as long in half of the units.`,
    );
  }
  const hidden = vague.filter(({ testPeriods }) => testPeriods === null).map(({ channel }) => channel.label);
  if (hidden.length > 0)
    items.push(`Vary ${someWords(hidden)} strongly and on purpose; a pause alone would not show enough.`);
  items.push(...unique(generalWarnings(view, vague).map(({ fix }) => fix)).slice(0, 2));
  return items.length > 0 ? items : ["Refit with new data each quarter and compare."];
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
  };
}
