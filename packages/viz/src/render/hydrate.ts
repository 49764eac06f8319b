// Turns a chart of plain data into an option echarts can draw: markers become colours, functions and shapes, and the
// defaults of the theme (fonts, axes, grid, tooltip) are put beneath the chart's own settings.

import type { ChartOption, NumberStyle } from "../chart/chart.js";
import { squeezeLines } from "../chart/labels.js";
import type { ShapeKind } from "../chart/markers.js";
import { createFormat, type Format, type FormatOptions } from "../format/format.js";
import { escapeHtml } from "../html/escape.js";
import { type ColorName, type Palette, palettes, type ThemeName, withAlpha } from "../theme/palette.js";

export interface DrawOptions extends FormatOptions {
  /** Default "light". */
  readonly theme?: ThemeName;
  /** Width of the drawing in pixels; below 520 long names get less room. */
  readonly width?: number;
  /** Animate changes; default false. */
  readonly animate?: boolean;
}

const narrowWidth = 520;
const narrowNames = 15;

/** CSS font stack of the page and the charts; only fonts that systems bring along. */
export const fontStack: string =
  "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'DejaVu Sans', Arial, sans-serif";

/**
 * The option as echarts takes it, functions included.
 *
 * @example echarts.init(element).setOption(toEchartsOption(chart.option, { theme: "dark", currency: "EUR" }))
 */
export function toEchartsOption(option: ChartOption, draw: DrawOptions = {}): Record<string, unknown> {
  const palette = palettes[draw.theme ?? "light"];
  const hydrated = hydrate(option, palette, createFormat(draw)) as Record<string, unknown>;
  return withDefaults(hydrated, palette, draw.animate ?? false, isNarrow(draw.width));
}

/** Whether a drawing of this width is laid out for a telephone. */
export const isNarrow = (width: number | undefined): boolean => width !== undefined && width < narrowWidth;

function hydrate(value: unknown, palette: Palette, format: Format): unknown {
  if (Array.isArray(value)) {
    return typeof value[0] === "number" ? value : value.map((item) => hydrate(item, palette, format));
  }
  if (typeof value !== "object" || value === null) return value;
  const marker = value as Record<string, unknown>;
  if ("$color" in marker) {
    const hex = palette[marker["$color"] as ColorName];
    return typeof marker["alpha"] === "number" ? withAlpha(hex, marker["alpha"]) : hex;
  }
  if ("$format" in marker) return formatFunction(marker["$format"] as NumberStyle, format);
  if ("$tips" in marker) return axisTip(marker["$tips"] as readonly string[]);
  if ("$pointTip" in marker) return pointTip;
  if ("$render" in marker) {
    const tone = palette[marker["color"] as ColorName];
    return renderShape(marker["$render"] as ShapeKind, tone, palette.paper, marker["shift"] as number);
  }
  return Object.fromEntries(Object.entries(marker).map(([key, item]) => [key, hydrate(item, palette, format)]));
}

function formatFunction(style: NumberStyle, format: Format): (value: number | string) => string {
  return style === "period" ? (value) => format.tick(String(value)) : (value) => format.value(value, style);
}

interface TipTarget {
  readonly dataIndex: number;
  readonly data?: unknown;
}

function axisTip(tips: readonly string[]): (targets: readonly TipTarget[] | TipTarget) => string {
  return (targets) => {
    const target = Array.isArray(targets) ? targets[0] : targets;
    return tipHtml(tips[target?.dataIndex ?? -1]);
  };
}

function pointTip(target: TipTarget): string {
  return tipHtml((target.data as { tip?: string } | undefined)?.tip);
}

function tipHtml(tip: string | undefined): string {
  if (!tip) return "";
  const [heading, ...lines] = tip.split("\n").map(escapeHtml);
  return [`<strong>${heading}</strong>`, ...lines].join("<br>");
}

// The part of echarts' custom-series interface that the shapes need.
interface ShapeApi {
  value(dimension: number): number;
  visual(name: "color"): string;
  coord(point: readonly [number, number]): readonly [number, number];
}

function renderShape(
  kind: ShapeKind,
  tone: string,
  paper: string,
  shift: number,
): (params: unknown, api: ShapeApi) => unknown {
  const line = (x1: number, y1: number, x2: number, y2: number, stroke: string, lineWidth: number): object => ({
    type: "line",
    shape: { x1, y1, x2, y2 },
    style: { stroke, lineWidth },
  });
  // A rim of paper keeps a whisker visible on a bar of nearly its own colour.
  const whisker = (from: number, to: number, y: number): object => ({
    type: "group",
    children: [
      { stroke: paper, width: 3.5 },
      { stroke: tone, width: 1.5 },
    ].flatMap(({ stroke, width }) => [
      line(from, y, to, y, stroke, width),
      line(from, y - 4, from, y + 4, stroke, width),
      line(to, y - 4, to, y + 4, stroke, width),
    ]),
  });
  return (_params, api) => {
    const row = api.value(0);
    const [x, middle] = api.coord([api.value(1), row]);
    const y = middle + shift;
    const style = { fill: tone, stroke: paper, lineWidth: 1 };
    if (kind === "dot") return { type: "circle", shape: { cx: x, cy: y, r: 5 }, style };
    if (kind === "diamond") {
      const points = [
        [x, y - 7],
        [x + 6, y],
        [x, y + 7],
        [x - 6, y],
      ];
      return { type: "polygon", shape: { points }, style };
    }
    const [end] = api.coord([api.value(2), row]);
    if (kind === "block") {
      const shape = { x: Math.min(x, end), y: y - 10, width: Math.max(1, Math.abs(end - x)), height: 20 };
      return { type: "rect", shape, style: { fill: api.visual("color") } };
    }
    return whisker(x, end, y);
  };
}

function withDefaults(
  option: Record<string, unknown>,
  palette: Palette,
  animate: boolean,
  narrow: boolean,
): Record<string, unknown> {
  const axis = (settings: unknown): unknown => {
    if (Array.isArray(settings)) return settings.map(axis);
    const given = narrow ? withShortNames(settings as Record<string, unknown>) : (settings as Record<string, unknown>);
    const isValue = given["type"] === "value" || given["type"] === "log";
    const label = { color: palette.muted, fontSize: 12, hideOverlap: true, ...(given["axisLabel"] as object) };
    return {
      ...given,
      axisLine: { show: !isValue, lineStyle: { color: palette.line }, ...(given["axisLine"] as object) },
      axisTick: { show: false, ...(given["axisTick"] as object) },
      splitLine: { show: isValue, lineStyle: { color: palette.line }, ...(given["splitLine"] as object) },
      axisLabel: label,
      nameTextStyle: { color: palette.muted, fontSize: 12, ...(given["nameTextStyle"] as object) },
    };
  };
  return {
    animation: animate,
    animationDuration: 300,
    backgroundColor: "transparent",
    ...option,
    textStyle: { fontFamily: fontStack, color: palette.ink, ...(option["textStyle"] as object) },
    ...(option["grid"] !== undefined && {
      grid: {
        left: 8,
        right: 16,
        top: 16,
        bottom: 8,
        outerBoundsMode: "same",
        outerBoundsContain: "all",
        ...(option["grid"] as object),
      },
    }),
    ...(option["xAxis"] !== undefined && { xAxis: axis(option["xAxis"]) }),
    ...(option["yAxis"] !== undefined && { yAxis: axis(option["yAxis"]) }),
    ...(option["legend"] !== undefined && {
      legend: {
        type: "scroll",
        top: 0,
        left: 0,
        itemWidth: 14,
        itemHeight: 10,
        itemGap: 14,
        textStyle: { color: palette.ink, fontSize: 12 },
        pageTextStyle: { color: palette.muted },
        pageIconColor: palette.ink,
        pageIconInactiveColor: palette.line,
        inactiveColor: palette.line,
        ...(option["legend"] as object),
      },
    }),
    ...(option["tooltip"] !== undefined && {
      tooltip: {
        confine: true,
        backgroundColor: palette.paper,
        borderColor: palette.line,
        textStyle: { color: palette.ink, fontSize: 12.5 },
        extraCssText: "box-shadow:0 4px 16px rgba(0,0,0,.14);max-width:340px;white-space:normal",
        ...(option["tooltip"] as object),
      },
    }),
  };
}

/** Names of a category axis short enough to leave a narrow chart its room. */
function withShortNames(axis: Record<string, unknown>): Record<string, unknown> {
  const label = axis["axisLabel"] as { readonly width?: number } | undefined;
  if (label?.width === undefined || axis["type"] !== "category") return axis;
  const width = Math.min(label.width, Math.ceil(8.2 * narrowNames));
  return {
    ...axis,
    axisLabel: { ...label, width },
    data: (axis["data"] as readonly string[]).map((name) => squeezeLines(name, narrowNames)),
  };
}
