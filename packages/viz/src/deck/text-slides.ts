import type PptxGenJS from "pptxgenjs";
import {
  type AdviceRow,
  claimText,
  type PageBlock,
  type PageSection,
  type TextList,
  type Tile,
} from "../html/blocks.js";
import { bottom, type Frame, font, hex, margin, newSlide, type Slide, toneColor, top, width } from "./look.js";

type Block<K extends PageBlock["kind"]> = Extract<PageBlock, { kind: K }>;

const blockOf = <K extends PageBlock["kind"]>({ blocks }: PageSection, kind: K): Block<K> | undefined =>
  blocks.find((block): block is Block<K> => block.kind === kind);

/** The first slide: whose report it is, of what, and whether to act on it. */
export function titleSlide(
  { deck, accent }: Frame,
  title: string,
  subtitle: string,
  brand: { readonly name?: string; readonly logo?: string },
  summary: PageSection,
): void {
  const slide = deck.addSlide();
  slide.background = { color: hex("paper") };
  slide.addShape("rect", { x: 0, y: 0, w: 0.28, h: 7.5, fill: { color: accent }, line: { color: accent, width: 0 } });
  const words = { x: 1, w: 11.3, margin: 0, fontFace: font } as const;
  if (brand.logo)
    slide.addImage({ data: brand.logo, x: 1, y: 0.8, h: 0.6, w: 2.4, sizing: { type: "contain", w: 2.4, h: 0.6 } });
  if (brand.name)
    slide.addText(brand.name, { ...words, y: 1.5, h: 0.4, fontSize: 16, bold: true, color: hex("muted") });
  slide.addText(title, {
    ...words,
    y: 2,
    h: 1.5,
    fontSize: 40,
    bold: true,
    color: hex("ink"),
    valign: "middle",
    fit: "shrink",
  });
  slide.addText(subtitle, { ...words, y: 3.5, h: 0.5, fontSize: 16, color: hex("muted") });
  const verdict = blockOf(summary, "verdict");
  if (!verdict) return;
  const tone = toneColor(verdict.tone);
  slide.addShape("rect", {
    x: 1,
    y: 4.6,
    w: 11.3,
    h: 1.5,
    fill: { color: hex("panel") },
    line: { color: hex("panel"), width: 0 },
  });
  slide.addShape("rect", { x: 1, y: 4.6, w: 0.09, h: 1.5, fill: { color: tone }, line: { color: tone, width: 0 } });
  slide.addText(
    [
      { text: verdict.label, options: { bold: true, fontSize: 20, color: tone, breakLine: true } },
      { text: verdict.text, options: { fontSize: verdict.text.length > 220 ? 12 : 14, color: hex("ink") } },
    ],
    { ...words, x: 1.35, y: 4.65, w: 10.8, h: 1.4, valign: "middle" },
  );
}

/** Headline numbers, what works, what is uncertain and what to do. */
export function summarySlide(frame: Frame, summary: PageSection): void {
  const slide = newSlide(frame, "The short version", blockOf(summary, "verdict")?.text ?? "");
  const tiles = blockOf(summary, "tiles")?.tiles ?? [];
  const gap = 0.25;
  const w = (width - gap * (tiles.length - 1)) / Math.max(1, tiles.length);
  tiles.forEach((tile, i) => {
    addTile(slide, tile, margin + i * (w + gap), w);
  });
  const lists = blockOf(summary, "lists")?.lists ?? [];
  const column = (width - 0.35 * (lists.length - 1)) / Math.max(1, lists.length);
  const longest = Math.max(0, ...lists.map(({ items }) => items.map(claimText).join("").length + 40 * items.length));
  const fontSize = longest > 950 ? 9.5 : longest > 700 ? 11 : 12.5;
  lists.forEach((list, i) => {
    addList(slide, list, margin + i * (column + 0.35), column, fontSize);
  });
  slide.addNotes(lists.map(({ title, items }) => `${title}: ${items.map(claimText).join(" ")}`).join("\n"));
}

function addTile(slide: Slide, { label, value, note }: Tile, x: number, w: number): void {
  slide.addText(
    [
      { text: label, options: { fontSize: 11, color: hex("muted"), breakLine: true } },
      { text: value, options: { fontSize: 24, bold: true, color: hex("ink"), breakLine: true } },
      { text: note, options: { fontSize: 10.5, color: hex("muted") } },
    ],
    { x, y: 1.7, w, h: 1.25, fontFace: font, fill: { color: hex("panel") }, margin: 8, valign: "middle" },
  );
}

function addList(slide: Slide, { title, tone, items }: TextList, x: number, w: number, fontSize: number): void {
  const color = toneColor(tone);
  slide.addShape("line", { x, y: 3.2, w, h: 0, line: { color, width: 2.25 } });
  slide.addText(title, {
    x,
    y: 3.28,
    w,
    h: 0.35,
    margin: 0,
    fontFace: font,
    fontSize: 14,
    bold: true,
    color: hex("ink"),
  });
  slide.addText(
    items.map((item) => ({
      text: claimText(item),
      options: { bullet: { indent: 11 }, breakLine: true, paraSpaceAfter: 4 },
    })),
    { x, y: 3.68, w, h: bottom - 3.68, margin: 0, fontFace: font, fontSize, color: hex("ink"), valign: "top" },
  );
}

const rowsPerSlide = 7;

/** A line per channel as a table. */
export function adviceSlides(frame: Frame, summary: PageSection): void {
  const advice = blockOf(summary, "advice");
  if (!advice) return;
  const pages = Math.ceil(advice.rows.length / rowsPerSlide);
  for (let page = 0; page < pages; page++) {
    const rows = advice.rows.slice(page * rowsPerSlide, (page + 1) * rowsPerSlide);
    const heading = pages > 1 ? `${advice.title} (${page + 1} of ${pages})` : advice.title;
    const slide = newSlide(frame, heading, "What each channel brings, and whether its budget may be moved now.");
    slide.addTable([headRow(rows[0]!), ...rows.map(adviceCells)], {
      x: margin,
      y: top,
      w: width,
      colW: columnWidths(rows[0]!.facts.length),
      fontFace: font,
      fontSize: 11,
      color: hex("ink"),
      border: { type: "solid", pt: 0.75, color: hex("line") },
      valign: "middle",
      margin: [0.05, 0.1, 0.05, 0.1],
    });
    slide.addNotes(advice.note);
  }
}

function columnWidths(facts: number): number[] {
  const [name, fact, label] = [1.75, 1.75, 1.75];
  return [name, ...Array<number>(facts).fill(fact), label, width - name - facts * fact - label];
}

function headRow({ facts }: AdviceRow): PptxGenJS.default.TableRow {
  return ["Channel", ...facts.map(({ label }) => label), "Advice", "Why"].map((text) => ({
    text,
    options: { bold: true, color: hex("muted"), fill: { color: hex("panel") } },
  }));
}

function adviceCells({ subject, facts, tone, label, reason }: AdviceRow): PptxGenJS.default.TableRow {
  return [
    { text: subject, options: { bold: true } },
    ...facts.map(
      ({ value, note }): PptxGenJS.default.TableCell => ({
        text: [
          { text: value, options: { bold: true, breakLine: true } },
          { text: note, options: { fontSize: 9, color: hex("muted") } },
        ],
      }),
    ),
    { text: label, options: { bold: true, color: toneColor(tone) } },
    { text: reason, options: { fontSize: 10 } },
  ];
}

const findingsPerSlide = 6;

/** What the checks found. */
export function findingsSlide(frame: Frame, section: PageSection): void {
  const block = blockOf(section, "findings");
  if (!block) return;
  const shown = block.findings.slice(0, findingsPerSlide);
  const more = block.findings.length - shown.length;
  const rest = more > 0 ? ` ${more} more in the report.` : "";
  const slide = newSlide(frame, section.title, shown.length === 0 ? block.none : `${section.lead ?? ""}${rest}`);
  const tones = { error: "bad", warning: "caution", info: "plain" } as const;
  slide.addText(
    shown.flatMap(({ severity, message, fix }) => [
      {
        text: severity.toUpperCase(),
        options: { bold: true, color: toneColor(tones[severity]), fontSize: 10, breakLine: true },
      },
      { text: message, options: { fontSize: 13, color: hex("ink"), breakLine: true } },
      { text: fix, options: { fontSize: 11, color: hex("muted"), breakLine: true, paraSpaceAfter: 9 } },
    ]),
    { x: margin, y: top, w: width, h: bottom - top, margin: 0, fontFace: font, valign: "top" },
  );
}

/** What words mean and how the numbers were made. */
export function definitionsSlide(frame: Frame, section: PageSection): void {
  const block = blockOf(section, "definitions");
  if (!block) return;
  const slide = newSlide(frame, section.title, section.lead ?? "");
  const rows = block.items.map(
    ([term, meaning]): PptxGenJS.default.TableRow => [{ text: term, options: { bold: true } }, { text: meaning }],
  );
  slide.addTable(rows, {
    x: margin,
    y: top,
    w: width,
    colW: [2.4, width - 2.4],
    fontFace: font,
    fontSize: 11.5,
    color: hex("ink"),
    border: { type: "none" },
    margin: [0.05, 0.1, 0.05, 0],
  });
}
