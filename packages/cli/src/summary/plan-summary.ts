// What a plan says in a terminal: what changes, what it should bring, what holds it back, and what it is worth to know.

import type { Interval } from "@mmm/model";
import type { Plan } from "@mmm/optimizer";
import { createFormat } from "@mmm/viz";
import { textTable } from "../terminal/table.js";
import { wrap } from "../terminal/wrap.js";

/** The whole summary, for a terminal of `width` columns. */
export function planSummary(plan: Plan, width: number): string {
  return [headline(plan, width), channelTable(plan, width), certificateText(plan, width), findings(plan, width)]
    .filter((part) => part !== "")
    .join("\n\n");
}

function headline({ expected, kpi, currency, horizon, interval, draws, allocation }: Plan, width: number): string {
  const format = createFormat({ currency, frequency: "week" });
  const compact = (value: number) => format.value(value, "compact");
  const range = ({ mean, lower, upper }: Interval) => `${compact(mean)} (${compact(lower)} to ${compact(upper)})`;
  const { current, optimal, gain, probabilityOfGain } = expected;
  const lines = [
    `Today: ${compact(current.spend)} brings ${range(current.kpi)} ${kpi}.`,
    `Plan:  ${compact(optimal.spend)} brings ${range(optimal.kpi)} ${kpi}.`,
    `That is ${range(gain)} more, better in ${Math.round(100 * probabilityOfGain)} % of ${draws} draws.`,
    ...(allocation.every(({ period }) => period === null)
      ? ["Both are reckoned with the same spend in every period (--per-period plans each apart)."]
      : []),
  ];
  const title = `Plan for ${horizon.periods} periods, ${horizon.from} to ${horizon.to}; ranges hold ${Math.round(100 * interval)} %`;
  return [title, ...lines.map((line) => wrap(line, { width, indent: "  " }))].join("\n");
}

function channelTable({ channels, currency }: Plan, width: number): string {
  const format = createFormat({ currency, frequency: "week" });
  const compact = (value: number) => format.value(value, "compact");
  const columns = [
    { head: "Channel", align: "left" },
    { head: "Today" },
    { head: "Plan" },
    { head: "Change" },
    { head: "KPI today" },
    { head: "KPI plan" },
    { head: "KPI per next unit" },
  ] as const;
  const rows = [...channels]
    .sort((a, b) => b.optimal.spend - a.optimal.spend)
    .map(({ name, current, optimal, change, marginalKpi, extrapolated }) => [
      extrapolated ? `${name} *` : name,
      compact(current.spend),
      compact(optimal.spend),
      change === null ? "new" : `${change > 0 ? "+" : ""}${Math.round(100 * change)} %`,
      compact(current.kpi.mean),
      compact(optimal.kpi.mean),
      marginalKpi.toPrecision(3),
    ]);
  const note = channels.some(({ extrapolated }) => extrapolated) ? "\n* more than the data have ever shown" : "";
  return `${textTable(columns, rows, { width, indent: 0 })}${note}`;
}

function certificateText({ binding, certificate }: Plan, width: number): string {
  const { optimalityGap, maxViolation, notWorseThanCurrent, solver } = certificate;
  const percent = (value: number) => `${(100 * value).toPrecision(2)} %`;
  const lines = [
    `conditions met to ${percent(maxViolation)}`,
    optimalityGap === null
      ? `no small change improves it (${percent(certificate.kktResidual)}); plans far away were searched, not excluded`
      : `no plan within the limits is better by more than ${percent(optimalityGap)}`,
    notWorseThanCurrent === null ? "today's plan does not meet the limits" : "not worse than today's plan",
    `method ${solver}`,
  ];
  const words = binding.slice(0, 6).map((condition) => condition.words);
  return [
    `Checked: ${lines.join("; ")}.`,
    ...(words.length > 0 ? ["What holds the plan back:", ...words.map((text) => `- ${text}`)] : []),
  ]
    .map((line) => wrap(line, line.startsWith("-") ? { width, indent: "  ", hanging: "  " } : { width }))
    .join("\n");
}

function findings({ diagnostics }: Plan, width: number): string {
  return diagnostics.map(({ message, fix }) => wrap(`${message} ${fix}`, { width })).join("\n");
}
