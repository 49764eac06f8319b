// What a plan says in a terminal: what changes, what it should bring, what holds it back, and what it is worth to know.

import type { Plan } from "@mmm/optimizer";
import { createFormat, planWords } from "@mmm/viz";
import { textTable } from "../terminal/table.js";
import { wrap } from "../terminal/wrap.js";

/** The whole summary, for a terminal of `width` columns. */
export function planSummary(plan: Plan, width: number): string {
  return [
    headline(plan, width),
    channelTable(plan, width),
    scenarioTable(plan, width),
    certificateText(plan, width),
    findings(plan, width),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** Findings that must be read before any number. */
const first = new Set(["BUDGET_FAR_FROM_TODAY"]);

function headline(plan: Plan, width: number): string {
  const words = planWords(plan);
  const urgent = plan.diagnostics.filter(({ code }) => first.has(code));
  const lines = [
    ...urgent.map(({ message, fix }) => `Caution: ${message} ${fix}`),
    words.goal,
    ...words.outcome,
    words.timing,
  ];
  return [words.title, ...lines.map((line) => wrap(line, { width, indent: "  " }))].join("\n");
}

function channelTable({ channels, currency }: Plan, width: number): string {
  const format = createFormat({ currency });
  const compact = (value: number) => format.value(value, "compact");
  const columns = [
    { head: "Channel", align: "left" },
    { head: "Today" },
    { head: "Plan" },
    { head: "Change" },
    { head: "KPI today" },
    { head: "KPI plan" },
    { head: `KPI per next ${currency ?? "unit"}` },
  ] as const;
  const rows = [...channels]
    .sort((a, b) => b.optimal.spend - a.optimal.spend)
    .map(({ name, current, optimal, change, marginalKpi, extrapolated }) => [
      extrapolated ? `${name} *` : name,
      compact(current.spend),
      compact(optimal.spend),
      change === null ? "new" : `${change > 0 ? "+" : ""}${Math.round(100 * change)}%`,
      compact(current.kpi.mean),
      compact(optimal.kpi.mean),
      marginalKpi.toPrecision(3),
    ]);
  const note = channels.some(({ extrapolated }) => extrapolated)
    ? "\n* in some periods more than the data have ever shown"
    : "";
  return `${textTable(columns, rows, { width, indent: 0 })}${note}`;
}

function scenarioTable({ scenarios, currency, kpi }: Plan, width: number): string {
  if (!scenarios) return "";
  const format = createFormat({ currency });
  const columns = [
    { head: "Compared", align: "left" },
    { head: "Spend" },
    { head: kpi },
    { head: "Beside today" },
    { head: "Better in" },
  ] as const;
  const rows = scenarios.map(({ name, outcome, gain, probabilityOfGain }, i) => [
    name,
    format.value(outcome.spend, "compact"),
    format.range(outcome.kpi, "compact"),
    i === 0 ? "" : format.range(gain, "compact"),
    i === 0 ? "" : format.value(probabilityOfGain, "percent"),
  ]);
  return textTable(columns, rows, { width, indent: 0 });
}

function certificateText(plan: Plan, width: number): string {
  const { checked, method } = planWords(plan);
  const holds = plan.binding.slice(0, 6).map(({ words }) => words);
  return [
    `Checked: ${checked.join("; ")}; method ${method}.`,
    ...(holds.length > 0 ? ["What holds the plan back:", ...holds.map((text) => `- ${text}`)] : []),
  ]
    .map((line) => wrap(line, line.startsWith("-") ? { width, indent: "  ", hanging: "  " } : { width }))
    .join("\n");
}

function findings({ diagnostics }: Plan, width: number): string {
  return diagnostics
    .filter(({ code }) => !first.has(code))
    .map(({ severity, message, fix }) => wrap(`${severity}: ${message} ${fix}`, { width, hanging: "  " }))
    .join("\n");
}
