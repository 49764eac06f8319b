// Markers stand in an option where echarts wants a colour of the theme or a function. They are plain JSON objects with
// one key that starts with `$`, so no text of the user's data can be mistaken for one.

import type { ColorName } from "../theme/palette.js";
import type { NumberStyle } from "./chart.js";

export type Marker = ColorMarker | FormatMarker | TipsMarker | PointTipMarker | RenderMarker;

interface ColorMarker {
  readonly $color: ColorName;
  readonly alpha?: number;
}
interface FormatMarker {
  readonly $format: NumberStyle;
}
/** Tooltip of an axis: the text of each category, lines separated by newlines. */
interface TipsMarker {
  readonly $tips: readonly string[];
}
/** Tooltip of a data item: its `tip` property. */
interface PointTipMarker {
  readonly $pointTip: true;
}
interface RenderMarker {
  readonly $render: ShapeKind;
  readonly color: ColorName;
  readonly shift: number;
}

export type ShapeKind = "whisker" | "block" | "dot" | "diamond";

/** A colour of the theme, optionally see-through (`alpha` in 0 … 1). */
export const color = (name: ColorName, alpha?: number): ColorMarker =>
  alpha === undefined ? { $color: name } : { $color: name, alpha };

/** A formatter for axis labels and the like. */
export const formatter = (style: NumberStyle): FormatMarker => ({ $format: style });

/** A tooltip for charts with a category axis: one text per category; the first line is the heading. */
export const axisTooltip = (tips: readonly string[], pointer: "line" | "shadow" = "line"): object => ({
  trigger: "axis",
  axisPointer: { type: pointer },
  formatter: { $tips: tips },
});

/** A tooltip for charts whose data items carry a `tip` property. */
export const pointTooltip = (): object => ({ trigger: "item", formatter: { $pointTip: true } });

/**
 * Shape of a custom series on a category axis (rows) and a horizontal value axis, moved down by `shift` pixels.
 * `whisker` (a line with end caps) and `block` (a bar in the colour of its item) read `[row, from, to]`; `dot` and
 * `diamond` read `[row, value]`.
 */
export const shape = (kind: ShapeKind, name: ColorName, shift = 0): RenderMarker => ({
  $render: kind,
  color: name,
  shift,
});
