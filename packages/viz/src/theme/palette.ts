// Colours by meaning, for light and dark paper. The eight series colours keep apart under the common colour-vision
// deficiencies (tested by simulation); lightness alternates so that neighbours also differ in grey print.

export type SeriesColor =
  | "series0"
  | "series1"
  | "series2"
  | "series3"
  | "series4"
  | "series5"
  | "series6"
  | "series7"
  | "other";

export type ColorName =
  | SeriesColor
  | "ink"
  | "muted"
  | "line"
  | "paper"
  | "panel"
  | "baseline"
  | "truth"
  | "good"
  | "bad"
  | "caution"
  | "shade"
  | "negative"
  | "positive"
  | "neutral";

export type Palette = Readonly<Record<ColorName, string>>;

export type ThemeName = "light" | "dark";

export const palettes: Readonly<Record<ThemeName, Palette>> = {
  light: {
    series0: "#2170b5",
    series1: "#f2af39",
    series2: "#22876b",
    series3: "#dc93b3",
    series4: "#53bafc",
    series5: "#963a13",
    series6: "#a2941f",
    series7: "#40307f",
    other: "#9aa3ad",
    ink: "#17202b",
    muted: "#5a6675",
    line: "#e2e6eb",
    paper: "#ffffff",
    panel: "#f5f7f9",
    baseline: "#c3cad3",
    truth: "#17202b",
    good: "#0a7d62",
    bad: "#b3361b",
    caution: "#8a5a00",
    shade: "#7c8896",
    negative: "#c05a1c",
    positive: "#2170b5",
    neutral: "#f3f4f6",
  },
  dark: {
    series0: "#53a1ed",
    series1: "#e2a527",
    series2: "#279a83",
    series3: "#e0a8b8",
    series4: "#b3e2ff",
    series5: "#d16436",
    series6: "#dedc6f",
    series7: "#746bce",
    other: "#7d8793",
    ink: "#e9edf2",
    muted: "#a3aebb",
    line: "#303945",
    paper: "#141a21",
    panel: "#1c242d",
    baseline: "#55606d",
    truth: "#f4f6f8",
    good: "#4cc3a2",
    bad: "#f08a6b",
    caution: "#e5b454",
    shade: "#93a0ae",
    negative: "#e58a4e",
    positive: "#53a1ed",
    neutral: "#232c36",
  },
};

const seriesNames: readonly SeriesColor[] = [
  "series0",
  "series1",
  "series2",
  "series3",
  "series4",
  "series5",
  "series6",
  "series7",
];

/** How many series can be told apart by colour; charts put the rest together as "other". */
export const distinctSeries: number = seriesNames.length;

/** Colour of the n-th series; from the ninth on "other". */
export const seriesColor = (index: number): SeriesColor => seriesNames[index] ?? "other";

/** `#rrggbb` with an alpha channel, as CSS. */
export function withAlpha(hex: string, alpha: number): string {
  const channel = (at: number): number => Number.parseInt(hex.slice(at, at + 2), 16);
  return `rgba(${channel(1)},${channel(3)},${channel(5)},${alpha})`;
}
