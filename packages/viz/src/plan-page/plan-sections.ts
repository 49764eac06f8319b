// A plan as sections of a page: alone as plan.html, or inside the report of the fit it was made from.

import type { Plan } from "@mmm/optimizer";
import { type Chart, chartTable } from "../chart/chart.js";
import { intervalName } from "../chart/context.js";
import type { Format } from "../format/format.js";
import type { PageBlock, PageSection, TextList, Tile, Tone } from "../html/blocks.js";
import { allocationShift, kpiBeforeAfter, spendBeforeAfter } from "../plan-charts/before-after.js";
import { flightingCalendars, moneyOverTime } from "../plan-charts/flighting-calendar.js";
import { frontierChart, returnsChart } from "../plan-charts/frontier.js";
import { changeWords, plannedChannels } from "../plan-charts/order.js";
import { scenarioChart } from "../plan-charts/scenarios.js";
import { unitShift } from "../plan-charts/unit-shift.js";
import { planFormat, planWords, tiny } from "./plan-words.js";

/** Every section of a plan; those without something to show are left out. */
export function planSections(plan: Plan, format: Format = planFormat(plan)): PageSection[] {
  return [
    planSummary(plan, format),
    moneySection(plan, format),
    calendarSection(plan, format),
    unitsSection(plan, format),
    frontierSection(plan, format),
    scenarioSection(plan, format),
    certificateSection(plan, format),
  ].filter((section) => section !== null);
}

/** The first section: verdict, headline numbers, what to do. */
export function planSummary(plan: Plan, format: Format = planFormat(plan)): PageSection {
  const words = planWords(plan, format);
  return {
    id: "plan",
    title: "The plan in short",
    short: "Plan",
    lead: `${words.goal} ${words.timing}`,
    blocks: [
      { kind: "verdict", ...verdictOf(plan, format) },
      { kind: "tiles", tiles: tilesOf(plan, format) },
      { kind: "lists", lists: listsOf(plan, format) },
      {
        kind: "findings",
        findings: plan.diagnostics,
        none: "Nothing stands against this plan beyond the intervals shown.",
      },
    ],
  };
}

function verdictOf(plan: Plan, format: Format): { tone: Tone; label: string; text: string } {
  const { expected, certificate, goal } = plan;
  const far = plan.diagnostics.find(({ code }) => code === "BUDGET_FAR_FROM_TODAY");
  const text = planWords(plan, format).outcome.join(" ");
  if (far) return { tone: "bad", label: "Far from anything the data have seen", text: `${far.message} ${text}` };
  if (certificate.keptCurrent)
    return { tone: "plain", label: "Today's split is as good as any within the limits", text };
  const judged = goal.kind === "budget" || !expected.profit ? expected.probabilityOfGain : expected.profit.probability;
  const sameMoney = Math.abs(expected.optimal.spend / expected.current.spend - 1) < 1e-6;
  if (goal.kind !== "kpi" && (sameMoney || expected.profit)) {
    if (judged < 0.8) return { tone: "caution", label: "Better on average, but not surely", text };
  }
  if (certificate.gainOutsideObserved > 0.5) {
    return { tone: "caution", label: "Most of the gain lies where nobody has spent before", text };
  }
  return { tone: "good", label: goal.kind === "budget" ? "Worth moving money" : "The plan does what was asked", text };
}

function tilesOf(plan: Plan, format: Format): Tile[] {
  const { expected, kpi, interval, certificate, draws } = plan;
  const { current, optimal, gain, profit } = expected;
  const bounds = (of: { lower: number; upper: number }, style: "compact" | "money" | "ratio"): string =>
    `${format.value(of.lower, style)} to ${format.value(of.upper, style)}, ${intervalName(interval)}`;
  const signed = (value: number, style: "compact" | "money"): string =>
    `${value > 0 ? "+" : value < 0 ? "−" : ""}${format.value(Math.abs(value), style)}`;
  return [
    {
      label: "Budget",
      value: format.value(optimal.spend, "money"),
      note: `${changeWords(current.spend > 0 ? optimal.spend / current.spend - 1 : null)} beside today's ${format.value(current.spend, "money")}`,
    },
    { label: `${kpi}, plan less today`, value: signed(gain.mean, "compact"), note: bounds(gain, "compact") },
    {
      label: "More than today",
      value: format.value(expected.probabilityOfGain, "percent"),
      note: `of ${draws} draws of the model`,
    },
    ...(profit
      ? [
          {
            label: "Profit, plan less today",
            value: signed(profit.gain.mean, "money"),
            note: bounds(profit.gain, "money"),
          },
        ]
      : []),
    ...(optimal.roi && current.roi
      ? [
          {
            label: "Return per unit of money",
            value: format.value(optimal.roi.mean, "ratio"),
            note: `${bounds(optimal.roi, "ratio")}; today ${format.value(current.roi.mean, "ratio")}`,
          },
        ]
      : []),
    {
      label: "Gain outside what was seen",
      value: gain.mean > 0 ? format.value(certificate.gainOutsideObserved, "percent") : "–",
      note: "from spending more in a period than ever before",
    },
  ];
}

function listsOf(plan: Plan, format: Format): TextList[] {
  const channels = plannedChannels(plan);
  const money = (value: number): string => format.value(value, "money");
  const item = ({ label, current, optimal, change }: (typeof channels)[number]): string =>
    `${label}: ${money(current.spend)} to ${money(optimal.spend)} (${changeWords(change)})`;
  const moved = channels.map((channel) => ({ channel, by: channel.optimal.spend - channel.current.spend }));
  const matters = 0.005 * Math.max(plan.expected.current.spend, plan.expected.optimal.spend);
  const pick = (sign: number): string[] =>
    moved
      .filter(({ by }) => sign * by > matters)
      .sort((a, b) => sign * (b.by - a.by))
      .map(({ channel }) => item(channel));
  const still = moved.filter(({ by }) => Math.abs(by) <= matters).map(({ channel }) => item(channel));
  return [
    { title: "Spend more", tone: "good" as const, items: pick(1) },
    { title: "Spend less", tone: "bad" as const, items: pick(-1) },
    { title: "Leave as it is", tone: "plain" as const, items: still },
  ].filter(({ items }) => items.length > 0);
}

function moneySection(plan: Plan, format: Format): PageSection {
  return {
    id: "plan-money",
    title: "Where the money goes",
    short: "Money",
    lead: `Totals over ${plan.horizon.periods} periods, ${format.period(plan.horizon.from)} to ${format.period(plan.horizon.to)}. What a channel brings is compared with no spend on it.`,
    blocks: [
      { kind: "pair", charts: [spendBeforeAfter(plan, format), kpiBeforeAfter(plan, format)] },
      { kind: "chart", chart: allocationShift(plan, format) },
      { kind: "table", title: "Channel by channel", table: channelTable(plan) },
    ],
  };
}

function channelTable(plan: Plan) {
  const worth = plan.valuePerKpi !== null;
  return chartTable(
    [
      ["Channel", "text"],
      ["Today", "money"],
      ["Plan", "money"],
      ["Change", "percent"],
      ["KPI today", "compact"],
      ["KPI plan", "compact"],
      ["KPI plan, lower", "compact"],
      ["KPI plan, upper", "compact"],
      ...(worth
        ? ([
            ["ROI today", "ratio"],
            ["ROI plan", "ratio"],
          ] as const)
        : []),
      ["KPI per next unit", "ratio"],
      ["Above what was ever spent", "percent"],
    ],
    plannedChannels(plan).map(({ name, current, optimal, change, marginalKpi, beyondObserved }) => [
      name,
      current.spend,
      optimal.spend,
      change,
      current.kpi.mean,
      optimal.kpi.mean,
      optimal.kpi.lower,
      optimal.kpi.upper,
      ...(worth ? [current.roi?.mean ?? null, optimal.roi?.mean ?? null] : []),
      marginalKpi,
      optimal.spend > 0 ? beyondObserved / optimal.spend : 0,
    ]),
  );
}

function calendarSection(plan: Plan, format: Format): PageSection | null {
  const calendars = flightingCalendars(plan, format);
  const overTime = moneyOverTime(plan, format);
  if (!calendars || !overTime) return null;
  return {
    id: "plan-calendar-section",
    title: "When to spend",
    short: "Calendar",
    lead: "Darker is closer to the channel's largest period. Carryover from before the horizon is in, and so is what arrives after it.",
    blocks: [...calendars.map((chart): PageBlock => ({ kind: "chart", chart })), { kind: "chart", chart: overTime }],
  };
}

function unitsSection(plan: Plan, format: Format): PageSection | null {
  const chart = unitShift(plan, format);
  if (!chart) return null;
  return {
    id: "plan-units-section",
    title: "Unit by unit",
    short: "Units",
    lead: "Blue cells get more than today, orange ones less; full colour is double, or nothing.",
    blocks: [
      { kind: "chart", chart },
      { kind: "table", title: "Money per unit", table: chart.table },
    ],
  };
}

function frontierSection(plan: Plan, format: Format): PageSection | null {
  const charts = [frontierChart(plan, format), returnsChart(plan, format)].filter(
    (chart): chart is Chart => chart !== null,
  );
  if (charts.length === 0) return null;
  return {
    id: "plan-frontier-section",
    title: "More or less money",
    short: "Budgets",
    lead: "Each point is the best plan for its budget, under the same conditions. Budgets far from today's are guesses along the curves.",
    blocks: [{ kind: "pair", charts }],
  };
}

function scenarioSection(plan: Plan, format: Format): PageSection | null {
  const chart = scenarioChart(plan, format);
  if (!chart) return null;
  return {
    id: "plan-scenarios-section",
    title: "Plans side by side",
    short: "Compare",
    lead: "All under the same draws of the model, so differences between plans are surer than their intervals look.",
    blocks: [
      { kind: "chart", chart },
      { kind: "table", title: "All plans", table: chart.table },
    ],
  };
}

function certificateSection(plan: Plan, format: Format): PageSection {
  const { certificate, binding, kpi } = plan;
  const words = planWords(plan, format);
  const change = (value: number): string =>
    `${value < 0 ? "−" : "+"}${format.value(Math.abs(value), "compact")} ${kpi}`;
  const sensitivity = certificate.sensitivity.map(
    (row) =>
      [
        `${changeWords(row.change)} money`,
        `${format.value(row.spend, "money")}, best split: ${change(row.kpiChange)}.`,
      ] as const,
  );
  const gap =
    certificate.optimalityGap === null
      ? `Not proved: no small change adds more than ${tiny(certificate.kktResidual)}, and plans far from it were searched, not excluded.`
      : `No plan within the limits is better by more than ${tiny(certificate.optimalityGap)}.`;
  return {
    id: "plan-certificate",
    title: "How do we know that the plan is good?",
    short: "Proof",
    lead: "What was checked, what holds the plan back, and what the numbers mean.",
    blocks: [
      {
        kind: "definitions",
        items: [
          ["Conditions", sentence(words.checked[0]!)],
          ["Best possible?", gap],
          [
            "Beside today's plan",
            certificate.keptCurrent
              ? "Nothing better was found, so today's split is returned."
              : sentence(words.checked.at(-1)!),
          ],
          [
            "Outside what was seen",
            certificate.gainOutsideObserved > 0
              ? `${format.value(certificate.gainOutsideObserved, "percent")} of the gain comes from spending more in some period than the data have ever shown; there only the shape of the curve speaks.`
              : "No part of the gain comes from spending more in a period than the data have shown.",
          ],
          ...sensitivity,
          [
            "Method",
            `${certificate.solver}, ${format.value(certificate.evaluations, "number")} evaluations, ${plan.draws} draws of the model.`,
          ],
          [
            intervalName(plan.interval),
            `The draws of a number lie between these bounds with probability ${format.value(plan.interval, "percent")}, given the model and the data. Gains are taken draw by draw.`,
          ],
        ],
      },
      ...(binding.length > 0
        ? [
            {
              kind: "lists" as const,
              lists: [
                {
                  title: "What holds the plan back",
                  tone: "plain" as const,
                  items: binding.slice(0, 12).map((each) => each.words),
                },
              ],
            },
          ]
        : []),
    ],
  };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
