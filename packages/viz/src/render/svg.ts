// Charts as SVG documents without a browser. An entry point of its own (`@mmm/viz/svg`), because it loads echarts,
// which costs about half a second; reports do not need it.

import type { Chart } from "../chart/chart.js";
import { escapeHtml } from "../html/escape.js";
import { palettes } from "../theme/palette.js";
import { chartEngine } from "./engine.js";
import { type DrawOptions, toEchartsOption } from "./hydrate.js";

export interface SvgOptions extends DrawOptions {
  /** Width in pixels, default 720. */
  readonly width?: number;
  /** Height in pixels, default the chart's own. */
  readonly height?: number;
  /** Paint the theme's paper behind the chart, default true. */
  readonly background?: boolean;
}

/**
 * A chart as a standalone SVG document, drawn without a browser. The same chart and options give the same text.
 *
 * The image has `role="img"` and carries the chart's title and description for screen readers.
 *
 * @example await writeFile("fit.svg", renderSvg(actualVsPredicted(view), { theme: "dark" }))
 */
export function renderSvg(chart: Chart, options: SvgOptions = {}): string {
  const { width = 720, height = chart.height, background = true } = options;
  const drawing = chartEngine()(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    drawing.setOption({
      ...withWholeLegend(toEchartsOption(chart.option, options), width),
      ...(background && { backgroundColor: palettes[options.theme ?? "light"].paper }),
    });
    return named(stableIds(drawing.renderToSVGString(), chart.id), chart);
  } finally {
    drawing.dispose();
  }
}

// An image cannot be scrolled: its legend takes the lines it needs, and the drawing begins below them.
function withWholeLegend(option: Record<string, unknown>, width: number): Record<string, unknown> {
  const legend = option["legend"] as { readonly data?: readonly string[] } | undefined;
  const grid = option["grid"] as { readonly top?: number } | undefined;
  if (!legend?.data || Array.isArray(grid)) return option;
  let lines = 1;
  let used = 0;
  for (const name of legend.data) {
    const wide = 40 + 7.2 * name.length;
    if (used + wide > width) {
      lines++;
      used = 0;
    }
    used += wide;
  }
  if (lines === 1) return { ...option, legend: { ...legend, type: "plain" } };
  return {
    ...option,
    legend: { ...legend, type: "plain", width: width - 16 },
    ...(grid && { grid: { ...grid, top: (grid.top ?? 16) + 20 * (lines - 1) } }),
  };
}

/** Number echarts' generated ids from zero in order of appearance; it counts them over the life of the process. */
function stableIds(svg: string, prefix: string): string {
  const known = new Map<string, string>();
  return svg.replace(/zr\d+-([a-z]+)-?(\d+)/g, (id, kind: string) => {
    let stable = known.get(id);
    if (stable === undefined) known.set(id, (stable = `${prefix}-${kind}-${known.size}`));
    return stable;
  });
}

function named(svg: string, chart: Chart): string {
  const words = `<title id="${chart.id}-title">${escapeHtml(chart.title)}</title><desc id="${chart.id}-description">${escapeHtml(chart.description)}</desc>`;
  return svg.replace(
    /^<svg([^>]*)>/,
    (_all, attributes: string) =>
      `<svg${attributes} role="img" aria-labelledby="${chart.id}-title" aria-describedby="${chart.id}-description">${words}`,
  );
}
