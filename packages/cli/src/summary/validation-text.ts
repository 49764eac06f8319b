// The results of `mmm validate` in a terminal, a short table and a verdict each.

import type { Frequency } from "@mmm/core";
import type { CrossValidation, LeaveOneOut, Movement, PlaceboTest, Stability } from "@mmm/model";
import { createFormat } from "@mmm/viz";
import { textTable } from "../terminal/table.js";
import { wrap } from "../terminal/wrap.js";
import { percentRange, range } from "./fit-summary.js";

interface Look {
  readonly currency: string | null;
  readonly frequency: Frequency;
}

const percent = (value: number | null): string => (value === null ? "–" : `${(100 * value).toFixed(0)}%`);

export function crossValidationText(
  { origins, horizon, meanSkill, coverage, interval }: CrossValidation,
  look: Look,
  width: number,
): string {
  const format = createFormat(look);
  const columns = [
    { head: `Forecast of ${horizon} from`, align: "left" },
    { head: "RMSE" },
    { head: "last-8 rule" },
    { head: "skill" },
    { head: "R² within" },
    { head: "inside" },
  ] as const;
  const body = origins.map(({ firstPeriod, model, naive, skill, inside, periods }) => [
    firstPeriod,
    format.value(model.rmse, "compact"),
    format.value(naive.lastPeriods?.rmse ?? null, "compact"),
    percent(skill),
    format.value(model.r2Within, "decimal"),
    `${inside}/${periods}`,
  ]);
  const better = meanSkill === null ? null : meanSkill > 0;
  const notes = [
    better === null
      ? "Skill is not defined here."
      : `Mean skill ${percent(meanSkill)}: ${better ? "better" : "worse"} than the mean of the last 8 periods.`,
    `${percent(coverage)} of the totals lie inside their ${percent(interval)} interval.`,
    ...origins.flatMap(({ origin, leftOut: { units, channels }, converged }) => [
      ...(units.length + channels.length === 0
        ? []
        : [`Without data before ${origin}, and so left out there: ${[...units, ...channels].join(", ")}.`]),
      ...(converged ? [] : [`The fit up to ${origin} did not converge.`]),
    ]),
  ];
  return `${textTable(columns, body, { width, indent: 0 })}\n${wrap(notes.join(" "), { width })}`;
}

export function placeboText({ runs, passed, tolerance }: PlaceboTest, width: number): string {
  const columns = [
    { head: "Placebo: shifted channel", align: "left" },
    { head: "share of effect" },
    { head: "" },
  ] as const;
  const body = runs.map(({ channel, share, passed: ok }) => [channel, percentRange(share), ok ? "nothing" : "EFFECT"]);
  const verdict = `${passed} of ${runs.length} shifted channels get an interval that reaches down to ${percent(tolerance)}.${
    passed === runs.length
      ? ""
      : " Where one does not, the model sees an effect that cannot be there: do not take the lower end of small channels at its word."
  }`;
  return `${textTable(columns, body, { width, indent: 0 })}\n${wrap(verdict, { width })}`;
}

export function leaveOneOutText({ channels, holdout }: LeaveOneOut, look: Look, width: number): string {
  const format = createFormat(look);
  const columns = [
    { head: "Left out", align: "left" },
    { head: "contribution" },
    { head: "forecast error" },
    { head: "taken over" },
    { head: "most by", align: "left" },
  ] as const;
  const signed = (value: number | null): string => (value === null ? "–" : `${value >= 0 ? "+" : ""}${percent(value)}`);
  const body = channels.map(({ channel, contribution, errorChange, takenByChannels, mostTaken }) => [
    channel,
    range(contribution, "compact", format),
    signed(errorChange),
    percent(takenByChannels),
    mostTaken?.channel ?? "–",
  ]);
  const note = `Forecast error: change of the RMSE over the last ${holdout} periods without the channel. Taken over: the part of its contribution that other channels get then; a large one means that they are not told apart.`;
  return `${textTable(columns, body, { width, indent: 0 })}\n${wrap(note, { width })}`;
}

const names = { share: "share", roi: "ROI", halfLife: "half-life", mediaFraction: "all media" } as const;
const shown = 5;

export function stabilityText({ change, movements, most }: Stability, width: number): string {
  const columns = [
    { head: `Moved most ${change}`, align: "left" },
    { head: "before" },
    { head: "after" },
    { head: "widths" },
  ] as const;
  const body = movements.slice(0, shown).map((movement) => {
    const { quantity, channel, before, after, widths } = movement;
    return [
      [channel, names[quantity]].filter(Boolean).join(" "),
      value(quantity, before.mean),
      value(quantity, after.mean),
      widths === null ? "–" : widths.toFixed(2),
    ];
  });
  const verdict =
    most === null
      ? "Nothing to compare."
      : most <= 0.5
        ? "All numbers stay well within their intervals."
        : most <= 1
          ? "The largest movement is more than half of its interval's width: expected now and then, care with that number."
          : "A number moved by more than the whole width of its interval: the intervals are too narrow for these data.";
  return `${textTable(columns, body, { width, indent: 0 })}\n${wrap(verdict, { width })}`;
}

function value(quantity: Movement["quantity"], mean: number): string {
  return quantity === "share" || quantity === "mediaFraction" ? `${(100 * mean).toFixed(1)}%` : mean.toFixed(2);
}
