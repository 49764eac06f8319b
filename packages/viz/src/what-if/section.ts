import { openScenarios, type ScenarioModel } from "@mmm/model/scenario";
import { periodNoun } from "../chart/context.js";
import type { Format } from "../format/format.js";
import type { PageSection } from "../html/blocks.js";

/**
 * The section in which a reader moves budgets and the model answers.
 *
 * @param past periods of the data; the last ones are drawn before the forecast
 * @param hasSpillOver whether the report's effects include what channels set off in each other
 */
export function whatIfSection(
  model: ScenarioModel,
  past: readonly string[],
  format: Format,
  hasSpillOver = false,
): PageSection {
  const noun = periodNoun(model.frequency);
  const today = openScenarios(model).forecast(model.channels.map((channel) => channel.today));
  const { length } = model.periods;
  const window = length === 1 ? noun : `${length} ${noun}s`;
  const hasSpend = model.channels.some(({ unitSpend }) => unitSpend !== null);
  return {
    id: "what-if",
    title: "What if?",
    lead: `Move the budgets of the next ${window} (${format.period(model.periods[0]!)} to ${format.period(model.periods.at(-1)!)}). The fitted model itself runs in this page; nothing is sent anywhere. Today's plan repeats the last ${window}.`,
    blocks: [
      { kind: "what-if", model, past: past.slice(-length), today },
      {
        kind: "text",
        paragraphs: [
          `Spend follows today's timing${model.units.length > 1 ? " and split over units" : ""}, scaled up or down. What ran before carries over into the horizon. The grey bar under a slider marks what ${length === 1 ? `any ${noun}` : `any ${length} ${noun}s in a row`} have seen so far, the tick is today; outside the bar the answer is the curve's shape, not experience.`,
          hasSpend
            ? "Contribution is what would be missing in the horizon without the channel. ROI and mROI count the plan's own spend with all its effect, also what arrives after the horizon; mROI is that of the next 1%."
            : "Contribution is what would be missing in the horizon without the channel. No cost is known, so budgets are amounts of activity.",
          ...(hasSpillOver
            ? [
                "Every budget is set by its own slider, so effects here are direct ones. What a channel sets off in others, which total contributions elsewhere in this report include, comes on top where those budgets follow; move their sliders too.",
              ]
            : []),
          ...(model.trainedUntil === past.at(-1) ? [] : [staleSentence(model, format)]),
          ...(model.controls.length > 0 ? [controlsSentence(model, noun)] : []),
          "“Save plan as CSV” writes a file that `mmm predict FIT --data plan.csv` takes; it gives the same numbers per unit and period.",
        ],
      },
    ],
  };
}

function staleSentence({ trainedUntil }: ScenarioModel, format: Format): string {
  return `The fit held out the periods after ${format.period(trainedUntil)}, so the level of the KPI goes on from there: fit again without a holdout before forecasting in earnest. Differences between plans do not depend on it.`;
}

function controlsSentence({ controls }: ScenarioModel, noun: string): string {
  const what =
    controls.length === 1 ? `The control ${controls[0]!.name} takes` : `The ${controls.length} controls take`;
  return `${what} the values of a year before, or of the last ${noun}s where the data are younger; edit them in the saved plan if you know better.`;
}
