import type { Plan } from "@mmm/optimizer";
import { type Chart, chartTable } from "../chart/chart.js";
import { shortLabels, squeeze } from "../chart/labels.js";
import { color, pointTooltip } from "../chart/markers.js";
import { nameAxis } from "../chart/pieces.js";
import type { Format } from "../format/format.js";
import { planFormat } from "../plan-page/plan-words.js";
import { changeWords, plannedChannels } from "./order.js";

/** Units shown in the heat map; the table behind it has all of them. */
const mostUnits = 40;

/** Change of spend per unit and channel. Null unless units are planned apart. */
export function unitShift(plan: Plan, format: Format = planFormat(plan)): Chart | null {
  const sums = unitSums(plan);
  if (!sums) return null;
  const channels = plannedChannels(plan);
  const units = sums.units.slice(0, mostUnits);
  const labels = shortLabels(units).map((name) => squeeze(name, 22));
  const cells = channels.map(({ name }) => units.map((unit) => sums.of(unit, name)));
  const moved = sums.units.map((unit) => {
    const own = channels.map(({ name }) => sums.of(unit, name));
    return own.reduce((sum, { current, optimal }) => sum + optimal - current, 0);
  });
  const most = moved.indexOf(Math.max(...moved));
  const least = moved.indexOf(Math.min(...moved));
  const rest =
    sums.units.length > mostUnits
      ? ` The ${mostUnits} with the most money are drawn; the table has all ${sums.units.length}.`
      : "";
  const text = (at: number): string => format.value(Math.abs(moved[at]!), "money");
  return {
    id: "plan-units",
    title: "Change per unit and channel",
    description: `Unit ${sums.units[most]} gets ${text(most)} more in all, unit ${sums.units[least]} ${text(least)} ${moved[least]! < 0 ? "less" : "more"}.${rest}`,
    height: 96 + 24 * units.length,
    maxWidth: 260 + 90 * channels.length,
    option: {
      grid: { top: 8, bottom: 8 },
      tooltip: pointTooltip(),
      xAxis: {
        type: "category",
        data: channels.map(({ label }) => squeeze(label, 22)),
        axisLabel: { rotate: 45, width: 150, interval: 0, hideOverlap: false, fontSize: 11 },
        axisLine: { show: false },
      },
      yAxis: { ...nameAxis(labels), axisLine: { show: false } },
      visualMap: {
        show: false,
        min: -1,
        max: 1,
        inRange: { color: [color("negative"), color("neutral"), color("positive")] },
      },
      series: [
        {
          type: "heatmap",
          itemStyle: { borderColor: color("paper"), borderWidth: 2 },
          label: { show: false },
          data: channels.flatMap(({ name }, c) =>
            units.map((unit, r) => {
              const { current, optimal } = cells[c]![r]!;
              const change = current > 0 ? optimal / current - 1 : null;
              return {
                value: [c, r, Math.max(-1, Math.min(1, change ?? (optimal > 0 ? 1 : 0)))],
                tip: `${name} in ${unit}\nToday ${format.value(current, "money")}, plan ${format.value(optimal, "money")} (${changeWords(change)})`,
              };
            }),
          ),
        },
      ],
    },
    table: chartTable(
      [
        ["Unit", "text"],
        ["Today", "money"],
        ["Plan", "money"],
        ...channels.map(({ name }) => [name, "money"] as const),
      ],
      sums.units.map((unit) => {
        const own = channels.map(({ name }) => sums.of(unit, name));
        return [
          unit,
          own.reduce((sum, { current }) => sum + current, 0),
          own.reduce((sum, { optimal }) => sum + optimal, 0),
          ...own.map(({ optimal }) => optimal),
        ];
      }),
    ),
  };
}

interface Sum {
  readonly current: number;
  readonly optimal: number;
}

// Units by falling money in the plan, and sums over periods.
function unitSums({ allocation }: Plan): { units: string[]; of: (unit: string, channel: string) => Sum } | null {
  if (allocation.some(({ unit }) => unit === null)) return null;
  const sums = new Map<string, Map<string, Sum>>();
  for (const { unit, channel, current, optimal } of allocation) {
    const own = sums.get(unit!) ?? new Map<string, Sum>();
    const before = own.get(channel) ?? { current: 0, optimal: 0 };
    own.set(channel, { current: before.current + current, optimal: before.optimal + optimal });
    sums.set(unit!, own);
  }
  const total = (unit: string): number => [...sums.get(unit)!.values()].reduce((sum, each) => sum + each.optimal, 0);
  const units = [...sums.keys()].sort((a, b) => total(b) - total(a));
  return { units, of: (unit, channel) => sums.get(unit)?.get(channel) ?? { current: 0, optimal: 0 } };
}
