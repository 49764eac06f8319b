// Writes whole pages. A page is one HTML file without any request to elsewhere; its content security policy lets the
// browser enforce that. Words and tables are plain HTML, so a page can be read without its script.

import { usageError } from "@mmm/core";
import { createFormat, type FormatOptions } from "../format/format.js";
import { pageBundle } from "../generated/page-bundle.js";
import type { PageChart, PageData } from "../page/page-data.js";
import { packScenario } from "../what-if/packed-scenario.js";
import { blockCharts, blockHtml } from "./block-html.js";
import type { PageSection } from "./blocks.js";
import { type Brand, checkedBrand } from "./brand.js";
import { escapeHtml, scriptJson } from "./escape.js";
import { styleSheet } from "./style.js";

export interface PageOptions extends FormatOptions {
  readonly subtitle?: string;
  readonly brand?: Brand;
  /** Default "auto": as the reader's system says; the page has a switch either way. */
  readonly theme?: "auto" | "light" | "dark";
  readonly footer?: string;
}

/**
 * One self-contained HTML page.
 *
 * @param title plain text
 * @param sections in reading order; each gets an entry in the navigation
 * @throws MmmError when a chart id or section id occurs twice, or the brand's logo or colour has another form
 * @example renderPage("Plan 2027", [{ id: "plan", title: "The plan", blocks: [{ kind: "chart", chart }] }])
 */
export function renderPage(title: string, sections: readonly PageSection[], options: PageOptions = {}): string {
  const format = createFormat(options);
  const charts = sections.flatMap(({ blocks }) => blocks.flatMap((block) => blockCharts(block, format)));
  const pickers = sections.flatMap(({ blocks }) => blocks.filter((block) => block.kind === "unit-picker"));
  const whatIf = sections.flatMap(({ blocks }) => blocks.filter((block) => block.kind === "what-if"));
  refuseDuplicates(
    "section",
    sections.map(({ id }) => id),
  );
  refuseDuplicates(
    "chart",
    charts.map(({ id }) => id),
  );
  const { name, color, logo } = checkedBrand(options.brand ?? {});
  const { locale, currency, frequency } = format.options;
  const data: PageData = {
    format: { ...(locale && { locale }), ...(currency && { currency }), ...(frequency && { frequency }) },
    ...(pickers[0] && { units: pickers[0].units }),
    ...(whatIf[0] && { whatIf: { past: whatIf[0].past, scenario: packScenario(whatIf[0].model) } }),
    charts: charts.map(({ id, option, table }): PageChart => ({ id, option, table })),
  };
  const anchors = new Set([...sections.map(({ id }) => id), ...charts.map(({ id }) => `chart-${id}`)]);
  const theme = options.theme && options.theme !== "auto" ? ` data-theme="${options.theme}"` : "";
  const brandLine =
    name || logo
      ? `<p class="brand">${logo ? `<img src="${escapeHtml(logo)}" alt="${escapeHtml(name ?? "Logo")}">` : ""}${name ? `<span>${escapeHtml(name)}</span>` : ""}</p>`
      : "";
  return `<!DOCTYPE html>
<html lang="${escapeHtml(locale?.startsWith("en") === false ? "en" : (locale ?? "en-GB"))}"${theme}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${styleSheet(color)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header><div>${brandLine}<h1>${escapeHtml(title)}</h1>${options.subtitle ? `<p class="subtitle">${escapeHtml(options.subtitle)}</p>` : ""}</div></header>
<nav aria-label="Sections"><div><ol>${sections.map((section) => `<li><a href="#${section.id}">${escapeHtml(section.short ?? section.title)}</a></li>`).join("")}</ol><button type="button" id="theme-switch" aria-label="Theme: Auto">Auto</button></div></nav>
<main id="content">
<noscript><p>The charts need JavaScript; the words and the numbers behind each chart are readable without it.</p></noscript>
${sections
  .map(
    (section) =>
      `<section id="${section.id}" aria-labelledby="heading-${section.id}">
<h2 id="heading-${section.id}">${escapeHtml(section.title)}</h2>
${section.lead ? `<p class="lead">${escapeHtml(section.lead)}</p>` : ""}
${section.blocks.map((block) => blockHtml(block, format, anchors)).join("\n")}
</section>`,
  )
  .join("\n")}
</main>
<footer>${options.footer ? escapeHtml(options.footer) : ""}</footer>
<div id="spoken" class="spoken" aria-live="polite"></div>
<script type="application/json" id="page-data">${scriptJson(data)}</script>
<script>/*! Contains Apache ECharts and zrender, Apache License 2.0, https://echarts.apache.org */
${pageBundle.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--")}</script>
</body>
</html>
`;
}

function refuseDuplicates(what: string, ids: readonly string[]): void {
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) {
    throw usageError(
      "DUPLICATE_ID",
      `The ${what} id '${twice}' occurs twice on the page.`,
      `Give every ${what} its own id.`,
    );
  }
  const odd = ids.find((id) => !/^[A-Za-z][A-Za-z0-9-]*$/.test(id));
  if (odd !== undefined) {
    throw usageError(
      "BAD_ID",
      `The ${what} id '${odd}' cannot be an anchor.`,
      "Start with a letter; use letters, digits and hyphens.",
    );
  }
}
