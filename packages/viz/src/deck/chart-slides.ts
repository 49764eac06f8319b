// Charts on slides. What PowerPoint draws as well as we do is a native chart that can be edited; the rest, everything
// with intervals, is a picture with its words as alternative text.

import type PptxGenJS from "pptxgenjs";
import type { Chart } from "../chart/chart.js";
import type { Format, FormatOptions } from "../format/format.js";
import type { GalleryBlock } from "../html/blocks.js";
import { renderPng } from "../render/png.js";
import { bottom, type Frame, font, hex, margin, newSlide, type Slide, top, width } from "./look.js";

interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** One chart on a slide of its own. */
export async function chartSlide(frame: Frame, chart: Chart, format: Format): Promise<void> {
  const slide = newSlide(frame, chart.title, chart.description);
  const box = { x: margin, y: top, w: width, h: bottom - top };
  const native = natives[chart.id];
  if (native) native(slide, chart, format, box);
  else await addPicture(slide, chart, format.options, box);
  slide.addNotes(`${chart.title}. ${chart.description}`);
}

/** Two or three charts side by side, each with its own words. */
export async function pairSlide(
  frame: Frame,
  heading: string,
  sentence: string,
  charts: readonly Chart[],
  format: Format,
): Promise<void> {
  const slide = newSlide(frame, heading, sentence);
  const gap = 0.4;
  const w = (width - gap * (charts.length - 1)) / charts.length;
  for (const [i, chart] of charts.entries()) {
    const x = margin + i * (w + gap);
    const words = { x, w, margin: 0, fontFace: font, valign: "top" } as const;
    slide.addText(chart.title, { ...words, y: top, h: 0.3, fontSize: 14, bold: true, color: hex("ink") });
    slide.addText(chart.description, { ...words, y: top + 0.34, h: 0.72, fontSize: 11, color: hex("muted") });
    await addPicture(slide, chart, format.options, { x, y: top + 1.1, w, h: bottom - top - 1.1 });
  }
}

const perRow = 3;
const perSlide = 6;

/** Small charts, six to a slide; only the first six, which are the largest. */
export async function gallerySlide(frame: Frame, gallery: GalleryBlock, format: Format): Promise<void> {
  const shown = gallery.charts.slice(0, perSlide);
  const rest = gallery.charts.length - shown.length;
  const more = rest > 0 ? ` The ${rest} smaller ones are in the report.` : "";
  const slide = newSlide(frame, gallery.title, `${gallery.description}${more}`);
  const rows = Math.ceil(shown.length / perRow);
  const gap = 0.35;
  const w = (width - gap * (perRow - 1)) / perRow;
  const h = (bottom - top - gap * (rows - 1)) / rows;
  for (const [i, chart] of shown.entries()) {
    const x = margin + (i % perRow) * (w + gap);
    const y = top + Math.floor(i / perRow) * (h + gap);
    const words = { x, w, margin: 0, fontFace: font, valign: "top" } as const;
    slide.addText(chart.title, { ...words, y, h: 0.26, fontSize: 12, bold: true, color: hex("ink") });
    slide.addText(chart.description, { ...words, y: y + 0.26, h: 0.36, fontSize: 9, color: hex("muted") });
    await addPicture(slide, chart, format.options, { x, y: y + 0.64, w, h: h - 0.64 });
  }
}

const pixelsPerInch = 84;

// As large as the box allows; a chart with many rows is drawn taller and then scaled down.
async function addPicture(slide: Slide, chart: Chart, format: FormatOptions, { x, y, w, h }: Box): Promise<void> {
  const rowsNeed = w > 6 ? chart.height : 0;
  const height = Math.round(Math.max(h * pixelsPerInch, rowsNeed));
  const widest = Math.round((height * w) / h);
  const drawn = Math.min(widest, chart.maxWidth ?? widest);
  const png = await renderPng(chart, { ...format, width: drawn, height, scale: (2.2 * w * pixelsPerInch) / widest });
  slide.addImage({
    data: `data:image/png;base64,${Buffer.from(png).toString("base64")}`,
    altText: `${chart.title}. ${chart.description}`,
    x,
    y,
    w: (w * drawn) / widest,
    h,
  });
}

type Draw = (slide: Slide, chart: Chart, format: Format, box: Box) => void;

const axes: PptxGenJS.default.IChartOpts = {
  showLegend: true,
  legendPos: "t",
  legendFontFace: font,
  legendFontSize: 11,
  legendColor: hex("ink"),
  catAxisLabelFontFace: font,
  catAxisLabelFontSize: 10,
  catAxisLabelColor: hex("muted"),
  valAxisLabelFontFace: font,
  valAxisLabelFontSize: 10,
  valAxisLabelColor: hex("muted"),
  valGridLine: { color: hex("line"), size: 0.75 },
  catGridLine: { style: "none" },
};

const column = (chart: Chart, c: number): number[] => chart.table.rows.map((row) => Number(row[c] ?? 0));

/** Charts that are native on slides, by id. */
const natives: Readonly<Record<string, Draw>> = {
  "actual-vs-predicted"(slide, chart, format, box) {
    const labels = chart.table.rows.map(([period]) => format.tick(String(period)));
    const series = chart.table.header
      .slice(1)
      .map(({ label }, i) => ({ name: label, labels, values: column(chart, i + 1) }));
    const lowest = Math.min(...series.flatMap(({ values }) => values));
    const highest = Math.max(...series.flatMap(({ values }) => values));
    slide.addChart("line", series, {
      ...axes,
      ...box,
      chartColors: [hex("ink"), hex("series0"), hex("baseline"), hex("baseline")],
      lineSize: 1.75,
      lineDataSymbol: "none",
      valAxisMinVal: roundDown(lowest - 0.1 * (highest - lowest)),
      valAxisLabelFormatCode: thousands(highest),
      catAxisLabelFrequency: `${Math.max(1, Math.ceil(labels.length / 12))}`,
    });
  },
  "spend-vs-effect"(slide, chart, _format, box) {
    // The first row of a bar chart is the lowest one.
    const labels = chart.table.rows.map(([name]) => String(name)).reverse();
    const shares = chart.table.header.flatMap(({ label }, c) => {
      const known = /^Share of (spend|effect)$/.test(label) && chart.table.rows.some((row) => row[c] !== null);
      return known ? [{ label, c }] : [];
    });
    const series = shares.map(({ label, c }) => ({ name: label, labels, values: column(chart, c).reverse() }));
    slide.addChart("bar", series, {
      ...axes,
      ...box,
      barDir: "bar",
      valAxisLabelFormatCode: "0%",
      barGapWidthPct: 60,
      chartColors: series.length > 1 ? [hex("baseline"), hex("series0")] : [hex("series0")],
    });
  },
};

function roundDown(value: number): number {
  if (value <= 0) return 0;
  const step = 10 ** Math.floor(Math.log10(value));
  return Math.floor((2 * value) / step) * (step / 2);
}

function thousands(highest: number): string {
  if (highest >= 1e9) return '0.0,,,"bn"';
  if (highest >= 1e6) return '0.0,,"m"';
  return highest >= 1e4 ? '0,"k"' : "0";
}
