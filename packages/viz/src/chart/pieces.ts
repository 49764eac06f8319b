// Building blocks that several charts share: period axes, interval bands, missing values, whiskers.

import type { ColorName } from "../theme/palette.js";
import { squeezeLines } from "./labels.js";
import { color, formatter, shape } from "./markers.js";

/** echarts' sign for "no value". */
export const gap = (value: number | null | undefined): number | "-" =>
  value === null || value === undefined || !Number.isFinite(value) ? "-" : value;

/** A category axis of period labels. */
export const periodAxis = (periods: readonly string[]): object => ({
  type: "category",
  data: periods,
  boundaryGap: false,
  axisLabel: { formatter: formatter("period"), alignMinLabel: "left", alignMaxLabel: "right" },
});

/** Two stacked series that paint the area between `lower` and `upper`; not in the legend unless `name` is listed there. */
export function bandSeries(
  name: string,
  lower: readonly (number | null)[],
  upper: readonly (number | null)[],
  fill: ColorName,
  x?: readonly number[],
): object[] {
  const at = (index: number, value: number | "-"): unknown => (x ? [x[index], value] : value);
  const quiet = { type: "line", stack: `band ${name}`, stackStrategy: "all", symbol: "none", silent: true, z: 1 };
  return [
    { ...quiet, name: `${name} from`, data: lower.map((value, i) => at(i, gap(value))), lineStyle: { opacity: 0 } },
    {
      ...quiet,
      name,
      data: upper.map((value, i) => at(i, value === null || lower[i] == null ? "-" : value - lower[i]!)),
      lineStyle: { opacity: 0 },
      itemStyle: { color: color(fill, 0.35) },
      areaStyle: { color: color(fill), opacity: 0.22 },
    },
  ];
}

/** Interval whiskers of a horizontal category chart: entry `i` of `bounds` belongs to row `i`; null draws none. */
export const whiskerSeries = (
  name: string,
  bounds: readonly (readonly [number, number] | null)[],
  stroke: ColorName,
  shift = 0,
): object => ({
  type: "custom",
  name,
  silent: true,
  clip: true,
  z: 5,
  renderItem: shape("whisker", stroke, shift),
  encode: { x: [1, 2], y: 0 },
  data: bounds.flatMap((pair, i) => (pair ? [[i, pair[0], pair[1]]] : [])),
});

/** A mark per row of a horizontal category chart, with its tooltip; null draws none. */
export const markSeries = (
  name: string,
  kind: "dot" | "diamond",
  values: readonly (number | null)[],
  tips: readonly string[],
  fill: ColorName,
  shift = 0,
): object => ({
  type: "custom",
  name,
  z: 6,
  itemStyle: { color: color(fill) },
  renderItem: shape(kind, fill, shift),
  encode: { x: 1, y: 0 },
  data: values.flatMap((value, i) => (value === null ? [] : [{ value: [i, value], tip: tips[i] }])),
});

/** A category axis of names, first name on top; the middle of names longer than `longest` characters is left out. */
export function nameAxis(names: readonly string[], longest = 24): object {
  const data = names.map((name) => squeezeLines(name, longest));
  const widest = Math.max(0, ...data.flatMap((name) => name.split("\n").map((line) => line.length)));
  return {
    type: "category",
    inverse: true,
    data,
    axisLabel: {
      width: Math.ceil(8.2 * widest) + 6,
      overflow: "truncate",
      interval: 0,
      hideOverlap: false,
      lineHeight: 15,
    },
  };
}

/** Height in pixels of a horizontal chart with one row per category. */
export const rowsHeight = (rows: number, perRow = 34, around = 70): number => around + rows * perRow;

/** Shade from one category to the last one. */
export const shadeFrom = (from: string, to: string, label: string): object => ({
  silent: true,
  itemStyle: { color: color("shade", 0.12) },
  label: { position: "insideTop", color: color("muted"), fontSize: 12 },
  data: [[{ name: label, xAxis: from }, { xAxis: to }]],
});
