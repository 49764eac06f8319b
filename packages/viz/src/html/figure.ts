import type { Chart } from "../chart/chart.js";
import type { Format } from "../format/format.js";
import { escapeHtml } from "./escape.js";
import { tableHtml } from "./table.js";

/** A chart's place in the page: words, the frame the script draws in, and the table behind it. */
export function figureHtml(chart: Chart, format: Format, level: "h3" | "h4" = "h3"): string {
  const { id } = chart;
  const title = escapeHtml(chart.title);
  const button = (kind: string): string =>
    `<button type="button" data-save="${kind}" data-for="${id}" aria-label="Save ${title} as ${kind.toUpperCase()}">${kind.toUpperCase()}</button>`;
  return `<figure id="chart-${id}" class="chart">
<figcaption><${level} id="title-${id}">${title}</${level}><p id="about-${id}">${escapeHtml(chart.description)}</p></figcaption>
<div class="frame" data-chart="${id}" role="img" tabindex="0" aria-labelledby="title-${id}" aria-describedby="about-${id}" style="height:${Math.round(chart.height)}px${chart.maxWidth ? `;max-width:${Math.round(chart.maxWidth)}px` : ""}"></div>
<details><summary>Numbers</summary><div class="save">${button("csv")}${button("svg")}</div>${tableHtml(chart.table, `Numbers behind: ${chart.title}`, format)}</details>
</figure>`;
}
