// The unit picker: a list of units and the charts of the chosen one. The page writes the first unit; its script writes
// the others with the same function.

import type { Format } from "../format/format.js";
import { unitCharts } from "../graph-charts/unit-charts.js";
import type { UnitGraph, UnitGraphs } from "../graph-charts/unit-graphs.js";
import { escapeHtml } from "./escape.js";
import { figureHtml } from "./figure.js";

/** The picker with its first unit shown. */
export function unitPickerHtml(all: UnitGraphs, label: string, format: Format): string {
  const options = all.units.map(({ name }, i) => `<option value="${i}">${escapeHtml(name)}</option>`).join("");
  const step = (by: number, text: string): string => `<button type="button" data-step="${by}">${text}</button>`;
  return `<div id="unit-picker"><p class="choose"><label for="unit-choice">${escapeHtml(label)}</label><select id="unit-choice" autocomplete="off">${options}</select>${step(-1, "Previous")}${step(1, "Next")}</p><div id="unit-chosen">${unitHtml(all, all.units[0]!, format)}</div></div>`;
}

/** What is shown of one unit. */
export function unitHtml(all: UnitGraphs, unit: UnitGraph, format: Format): string {
  const [network, heatmap, ...rest] = unitCharts(all, unit, format).map((chart) => figureHtml(chart, format));
  return `<p class="text">${escapeHtml(unitText(all, unit, format))}</p><div class="pair">${network}\n${heatmap}</div>${rest.join("\n")}`;
}

function unitText(all: UnitGraphs, { name, cluster, selected }: UnitGraph, format: Format): string {
  const edges = `${name} has ${selected.length} ${selected.length === 1 ? "edge" : "edges"}`;
  if (!cluster || all.clusters.length < 2) return `${edges}.`;
  const { name: group } = all.clusters[cluster.position]!;
  return `${edges}; it belongs to ${group} with probability ${format.value(cluster.probability, "percent")}.`;
}
