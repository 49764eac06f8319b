import type { Chart } from "../chart/chart.js";
import type { Format } from "../format/format.js";
import { unitCharts } from "../graph-charts/unit-charts.js";
import { planForecast } from "../what-if/forecast-chart.js";
import { leversHtml } from "../what-if/what-if-html.js";
import { planTiles } from "../what-if/what-if-view.js";
import type { AdviceRow, GalleryBlock, LegendEntry, PageBlock, TextList, Tile } from "./blocks.js";
import { escapeHtml } from "./escape.js";
import { figureHtml } from "./figure.js";
import { tableHtml } from "./table.js";
import { unitPickerHtml } from "./unit-picker.js";

/**
 * A block of a page as HTML.
 *
 * @param anchors what the page can link to
 */
export function blockHtml(block: PageBlock, format: Format, anchors: ReadonlySet<string> = new Set()): string {
  const how = (text: string, evidence: string | undefined): string =>
    evidence !== undefined && anchors.has(evidence)
      ? ` <a class="how" href="#${evidence}" aria-label="How do we know: ${escapeHtml(text)}">How do we know?</a>`
      : "";
  switch (block.kind) {
    case "text":
      return block.paragraphs.map((text) => `<p class="text">${escapeHtml(text)}</p>`).join("\n");
    case "chart":
      return figureHtml(block.chart, format);
    case "pair":
      return `<div class="pair${block.charts.length > 2 ? " trio" : ""}">${block.charts.map((chart) => figureHtml(chart, format)).join("\n")}</div>`;
    case "gallery":
      return galleryHtml(block, format);
    case "unit-picker":
      return unitPickerHtml(block.units, block.label, format);
    case "what-if":
      return whatIfHtml(block, format);
    case "table":
      return `<div class="card"><h3>${escapeHtml(block.title)}</h3>${block.description ? `<p>${escapeHtml(block.description)}</p>` : ""}${tableHtml(block.table, block.title, format, block.sparks)}</div>`;
    case "tiles":
      return `<ul class="tiles">${block.tiles.map((tile) => tileHtml(tile, how(tile.label, tile.evidence))).join("")}</ul>`;
    case "verdict":
      return `<div class="verdict ${block.tone}"><p class="label">${escapeHtml(block.label)}</p><p>${escapeHtml(block.text)}</p></div>`;
    case "lists":
      return `<div class="lists${block.lists.length % 2 === 0 ? " even" : ""}">${block.lists.map((list) => listHtml(list, how)).join("")}</div>`;
    case "advice":
      return `<div class="card advice"><h3>${escapeHtml(block.title)}</h3><ul>${block.rows.map((row) => adviceHtml(row, how(row.subject, row.evidence))).join("")}</ul><p class="note">${escapeHtml(block.note)}</p></div>`;
    case "findings":
      return block.findings.length === 0
        ? `<p class="text">${escapeHtml(block.none)}</p>`
        : `<ul class="findings">${block.findings.map((finding) => `<li class="${finding.severity}"><p><span class="tag">${finding.severity}</span> ${escapeHtml(finding.message)}</p><p class="fix">${escapeHtml(finding.fix)}</p></li>`).join("")}</ul>`;
    case "definitions":
      return `<dl>${block.items.map(([term, meaning]) => `<div><dt>${escapeHtml(term)}</dt><dd>${escapeHtml(meaning)}</dd></div>`).join("")}</dl>`;
    default:
      return block satisfies never;
  }
}

/** The charts of a block, in order. */
export function blockCharts(block: PageBlock, format: Format): readonly Chart[] {
  if (block.kind === "unit-picker") return unitCharts(block.units, block.units.units[0]!, format);
  if (block.kind === "what-if") return [planForecast(block.model, block.past, block.today, block.today, format)];
  if (block.kind === "chart") return [block.chart];
  return block.kind === "pair" || block.kind === "gallery" ? block.charts : [];
}

/** Charts of a gallery beyond this many wait behind a "more" line. */
const foldAfter = 6;

function galleryHtml(block: GalleryBlock, format: Format): string {
  const legend = block.legend.map(legendHtml).join("");
  const small = (charts: readonly Chart[]): string =>
    `<div class="small">${charts.map((chart) => figureHtml(chart, format, "h4")).join("\n")}</div>`;
  const folds = block.charts.length > foldAfter + 1;
  const first = folds ? block.charts.slice(0, foldAfter) : block.charts;
  const more = folds ? block.charts.slice(foldAfter) : [];
  return `<div class="gallery"><h3>${escapeHtml(block.title)}</h3><p>${escapeHtml(block.description)}</p><ul class="legend">${legend}</ul>${small(first)}${more.length > 0 ? `<details class="more"><summary>${more.length} more</summary>${small(more)}</details>` : ""}</div>`;
}

function whatIfHtml(block: Extract<PageBlock, { kind: "what-if" }>, format: Format): string {
  const { model, today } = block;
  const multiples = model.channels.map((channel) => channel.today);
  const tiles = planTiles(model, multiples, today, today, null, format);
  return `<ul class="tiles" id="what-if-tiles">${tiles.map((tile) => tileHtml(tile)).join("")}</ul>${leversHtml(model, format)}${blockCharts(block, format).map((chart) => figureHtml(chart, format))}`;
}

function legendHtml({ label, mark, color }: LegendEntry): string {
  return `<li><span class="mark ${mark}" style="--c:var(--${color})" aria-hidden="true"></span>${escapeHtml(label)}</li>`;
}

export function tileHtml({ label, value, note }: Tile, how = ""): string {
  return `<li><p class="label">${escapeHtml(label)}</p><p class="value">${escapeHtml(value)}</p><p class="note">${escapeHtml(note)}${how}</p></li>`;
}

function listHtml({ title, tone, items }: TextList, how: (text: string, evidence?: string) => string): string {
  const lines = items.map((item) =>
    typeof item === "string"
      ? `<li>${escapeHtml(item)}</li>`
      : `<li>${escapeHtml(item.text)}${how(item.text, item.evidence)}</li>`,
  );
  return `<div class="list ${tone}"><h3>${escapeHtml(title)}</h3><ul>${lines.join("")}</ul></div>`;
}

function adviceHtml({ subject, facts, tone, label, reason }: AdviceRow, how: string): string {
  const cells = facts
    .map(
      ({ label: name, value, note }) =>
        `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}<small>${escapeHtml(note)}</small></dd></div>`,
    )
    .join("");
  return `<li><h4>${escapeHtml(subject)}</h4><dl>${cells}</dl><p class="say"><span class="tag ${tone}">${escapeHtml(label)}</span> ${escapeHtml(reason)}${how}</p></li>`;
}
