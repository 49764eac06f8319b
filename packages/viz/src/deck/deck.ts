// The report as slides (`@mmm/viz/deck`): the summary as text and tables, key charts as native charts or pictures. For
// Node; the libraries that write PowerPoint files and pictures are optional and loaded here only.

import { importOptional } from "@mmm/core";
import type { FitView } from "@mmm/model";
import type { PageBlock, PageSection } from "../html/blocks.js";
import { checkedBrand } from "../html/brand.js";
import { reportContents } from "../report/contents.js";
import type { ReportOptions } from "../report/report.js";
import { palettes } from "../theme/palette.js";
import { chartSlide, gallerySlide, pairSlide } from "./chart-slides.js";
import type { Deck, Frame } from "./look.js";
import { adviceSlides, definitionsSlide, findingsSlide, summarySlide, titleSlide } from "./text-slides.js";

/** Options of a report that slides know as well; slides are always light. */
export type DeckOptions = Omit<ReportOptions, "theme" | "whatIf">;

/** Sections that are for the desk, not for a meeting. */
const leftOut = new Set(["summary", "data", "method"]);
/** Charts that are for the desk: residuals in detail and unit by unit. */
const notOnSlides = /^(residual|unit-\d|baseline-drivers)/;

/**
 * The report of a fit as a PowerPoint file.
 *
 * Needs the packages `pptxgenjs`, `@resvg/resvg-wasm` and `@expo-google-fonts/inter`.
 *
 * @returns the file's bytes
 * @throws MmmError `MISSING_DEPENDENCY` with the install command; `BRAND_LOGO`, `BRAND_COLOR`
 * @example await writeFile("report.pptx", await renderDeck(viewFit(fit), { brand: { name: "Acme", color: "#a83c10" } }))
 */
export async function renderDeck(view: FitView, options: DeckOptions = {}): Promise<Uint8Array> {
  const brand = checkedBrand(options.brand ?? {});
  const { title, subtitle, format, sections } = reportContents(view, options);
  const { default: Pptx } = await importOptional("pptxgenjs", () => import("pptxgenjs"));
  const deck = new (Pptx as unknown as new () => Deck)();
  deck.layout = "LAYOUT_WIDE";
  deck.title = title;
  deck.company = brand.name ?? "";
  const foot = brand.name ? `${brand.name} · ${title}` : title;
  const frame: Frame = { deck, foot, accent: (brand.color ?? palettes.light.series0).slice(1) };
  const section = (id: string): PageSection => sections.find((each) => each.id === id)!;

  titleSlide(frame, title, subtitle, brand, section("summary"));
  summarySlide(frame, section("summary"));
  adviceSlides(frame, section("summary"));
  for (const each of sections.filter(({ id }) => !leftOut.has(id))) {
    for (const block of each.blocks) await addBlock(block, each);
  }
  definitionsSlide(frame, section("method"));
  return (await deck.write({ outputType: "uint8array" })) as Uint8Array;

  async function addBlock(block: PageBlock, within: PageSection): Promise<void> {
    const { title: heading, lead = "" } = within;
    const wanted = (id: string): boolean => !notOnSlides.test(id);
    if (block.kind === "findings") findingsSlide(frame, within);
    if (block.kind === "chart" && wanted(block.chart.id)) await chartSlide(frame, block.chart, format);
    if (block.kind === "gallery" && block.charts[0] && wanted(block.charts[0].id)) {
      await gallerySlide(frame, block, format);
    }
    if (block.kind !== "pair") return;
    const charts = block.charts.filter(({ id }) => wanted(id));
    if (charts.length === 1) await chartSlide(frame, charts[0]!, format);
    if (charts.length > 1) await pairSlide(frame, heading, lead, charts, format);
  }
}
