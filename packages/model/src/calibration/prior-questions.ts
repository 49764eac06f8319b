// The questions that priors answer, one per channel, with ranges so wide that they hardly say anything: a start for a
// person to edit.

import type { Panel } from "@mmm/core";
import { observedTotal } from "./observed-total.js";
import { type PriorRange, roiPerShare } from "./priors.js";

/** Parts of the KPI that a channel may make without anyone being surprised who knows nothing about it. */
const widest = [0.002, 0.3] as const;

export interface PriorQuestion extends PriorRange {
  readonly question: string;
}

/**
 * One question per channel: the return, or the share of the KPI where no cost is known.
 *
 * @param holdout periods at the end that are not looked at
 * @example priorQuestions(panel)["tv"] // { question: "What sales per 1 spent on tv …", roi: [0.02, 3.1] }
 */
export function priorQuestions(
  panel: Panel,
  { holdout = 0 }: { readonly holdout?: number } = {},
): Record<string, PriorQuestion> {
  const { channels, kpi, revenuePerKpi } = panel.roles;
  const end = panel.periods.length - holdout;
  const spends = channels.map(({ spend }) => (spend === null ? 0 : observedTotal(panel, spend, end)));
  const all = spends.reduce((a, b) => a + b, 0);
  const what = revenuePerKpi === null ? kpi : "revenue";
  return Object.fromEntries(
    channels.map(({ name }, c): [string, PriorQuestion] => {
      if (!(spends[c]! > 0)) {
        return [
          name,
          {
            question: `What share of ${kpi} from '${name}' would surprise you, low and high? 0.05 is 5%.`,
            share: [widest[0], widest[1]],
          },
        ];
      }
      const perShare = roiPerShare(panel, name, end);
      const part = `${((100 * spends[c]!) / all).toFixed(0)}% of all spend`;
      return [
        name,
        {
          question: `What ${what} per 1 spent on '${name}' would surprise you, low and high? It had ${part}; ${short(0.01 * perShare)} would make it 1% of ${kpi}, ${short(0.1 * perShare)} would make it 10%.`,
          roi: [Number(short(widest[0] * perShare)), Number(short(widest[1] * perShare))],
        },
      ];
    }),
  );
}

const short = (value: number): string => String(Number(value.toPrecision(2)));
