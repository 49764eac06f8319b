// How slides look: sizes in inches on a wide (13.33 × 7.5) slide, one font that every office has, colours of the light
// theme without their number sign.

import type PptxGenJS from "pptxgenjs";
import type { Tone } from "../html/blocks.js";
import { type ColorName, palettes } from "../theme/palette.js";

// To TypeScript the package is CommonJS with a default export inside; Node loads its ES build, where the default is the class.
export type Deck = PptxGenJS.default;
export type Slide = PptxGenJS.default.Slide;

export const font = "Arial";
export const margin = 0.6;
export const width: number = 13.33 - 2 * margin;
/** Where a slide's content begins and ends, below its title and above its foot. */
export const top = 1.75;
export const bottom = 6.95;

export const hex = (name: ColorName): string => palettes.light[name].slice(1);

export const toneColor = (tone: Tone): string =>
  hex(({ good: "good", caution: "caution", bad: "bad", plain: "muted" } as const)[tone]);

/** What all slides share. */
export interface Frame {
  readonly deck: Deck;
  /** Accent without the number sign. */
  readonly accent: string;
  readonly foot: string;
}

/** A slide with a heading, one sentence under it, and a foot. */
export function newSlide({ deck, accent, foot }: Frame, heading: string, sentence: string): Slide {
  const slide = deck.addSlide();
  slide.background = { color: hex("paper") };
  slide.addShape("rect", { x: 0, y: 0, w: 13.33, h: 0.1, fill: { color: accent }, line: { color: accent, width: 0 } });
  slide.addText(heading, {
    x: margin,
    y: 0.35,
    w: width,
    h: 0.6,
    margin: 0,
    fontFace: font,
    fontSize: 26,
    bold: true,
    color: hex("ink"),
    valign: "middle",
    fit: "shrink",
  });
  slide.addText(sentence, {
    x: margin,
    y: 0.98,
    w: width,
    h: 0.66,
    margin: 0,
    fontFace: font,
    fontSize: sentence.length > 190 ? 12 : 14,
    color: hex("muted"),
    valign: "top",
  });
  slide.addText(foot, {
    x: margin,
    y: 7.08,
    w: 10,
    h: 0.3,
    margin: 0,
    fontFace: font,
    fontSize: 9,
    color: hex("muted"),
  });
  slide.slideNumber = {
    x: 12.2,
    y: 7.08,
    w: 0.53,
    h: 0.3,
    fontFace: font,
    fontSize: 9,
    color: hex("muted"),
    align: "right",
  };
  return slide;
}
