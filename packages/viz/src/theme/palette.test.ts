import { expect, test } from "vitest";
import { distinctSeries, type Palette, palettes, seriesColor, type ThemeName } from "./palette.js";

type Triple = readonly [number, number, number];

const linear = (hex: string): Triple => {
  const channel = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
};

const times = (matrix: readonly Triple[], [r, g, b]: Triple): Triple =>
  matrix.map((row) => row[0] * r + row[1] * g + row[2] * b) as unknown as Triple;

// Machado, Oliveira & Fernandes (2009), severity 1, in linear RGB.
const sight: Readonly<Record<string, readonly Triple[]>> = {
  full: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

/** Ottosson (2020), OKLab, from linear RGB. */
function oklab(rgb: Triple): Triple {
  const cones = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    rgb.map((value) => Math.max(0, value)) as unknown as Triple,
  ).map(Math.cbrt) as unknown as Triple;
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    cones,
  );
}

const distance = (a: Triple, b: Triple): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

const contrast = (a: string, b: string): number => {
  const light = (hex: string): number => {
    const [r, g, blue] = linear(hex);
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue + 0.05;
  };
  return Math.max(light(a), light(b)) / Math.min(light(a), light(b));
};

const themes = Object.entries(palettes) as [ThemeName, Palette][];

test.each(themes)("%s: any two series colours keep apart under every kind of sight", (_name, palette) => {
  for (const matrix of Object.values(sight)) {
    const seen = Array.from({ length: distinctSeries }, (_, i) =>
      oklab(times(matrix, linear(palette[seriesColor(i)]))),
    );
    for (let i = 0; i < seen.length; i++) {
      for (let j = 0; j < i; j++) expect(distance(seen[i]!, seen[j]!)).toBeGreaterThan(0.1);
    }
  }
});

test.each(themes)("%s: text colours reach WCAG AA on paper and panels", (_name, palette) => {
  for (const ink of ["ink", "muted", "good", "bad", "caution"] as const) {
    expect(contrast(palette[ink], palette.paper)).toBeGreaterThan(4.5);
    expect(contrast(palette[ink], palette.panel)).toBeGreaterThan(4.5);
  }
});
