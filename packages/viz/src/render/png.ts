// Charts as PNG files without a browser. An entry point of its own (`@mmm/viz/png`) for Node: the rasteriser and the
// font are optional packages, read from where they are installed.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { importOptional } from "@mmm/core";
import type { Chart } from "../chart/chart.js";
import { renderSvg, type SvgOptions } from "./svg.js";

export interface PngOptions extends SvgOptions {
  /** Device pixels per pixel of the drawing, default 2. */
  readonly scale?: number;
}

/** Turns SVG into PNG. */
interface Rasteriser {
  paint(svg: string, scale: number): Uint8Array;
}

let loaded: Promise<Rasteriser> | undefined;

/**
 * A chart as PNG, in the font Inter whatever fonts the system has. The same chart and options give the same bytes.
 *
 * Needs the packages `@resvg/resvg-wasm` and `@expo-google-fonts/inter`.
 *
 * @throws MmmError `MISSING_DEPENDENCY` with the install command
 * @example await writeFile("fit.png", await renderPng(actualVsPredicted(view), { width: 900 }))
 */
export async function renderPng(chart: Chart, { scale = 2, ...options }: PngOptions = {}): Promise<Uint8Array> {
  const { paint } = await (loaded ??= loadRasteriser());
  return paint(renderSvg(chart, options), scale);
}

async function loadRasteriser(): Promise<Rasteriser> {
  const { resolve } = createRequire(import.meta.url);
  const resvg = await importOptional("@resvg/resvg-wasm", () => import("@resvg/resvg-wasm"));
  const fonts = await importOptional("@expo-google-fonts/inter", () =>
    Promise.all(
      ["400Regular", "600SemiBold"].map((cut) => readFile(resolve(`@expo-google-fonts/inter/${cut}/Inter_${cut}.ttf`))),
    ),
  );
  await resvg.initWasm(await readFile(resolve("@resvg/resvg-wasm/index_bg.wasm")));
  return {
    paint(svg, scale) {
      const drawing = new resvg.Resvg(svg, {
        fitTo: { mode: "zoom", value: scale },
        font: { fontBuffers: fonts, defaultFontFamily: "Inter", sansSerifFamily: "Inter" },
      });
      const image = drawing.render();
      const png = image.asPng();
      image.free();
      drawing.free();
      return png;
    },
  };
}
