/// <reference lib="dom" />
import type { FormatOptions } from "../format/format.js";
import { chartEngine } from "../render/engine.js";
import { isNarrow, toEchartsOption } from "../render/hydrate.js";
import type { ThemeName } from "../theme/palette.js";
import type { PageChart } from "./page-data.js";

/** A chart on the page. */
export interface LiveChart {
  paint(theme: ThemeName): void;
  /** Draw other numbers in the same frame. */
  show(chart: PageChart): void;
  dispose(): void;
}

interface WalkSeries {
  readonly type?: string;
  readonly silent?: boolean;
  readonly data?: readonly unknown[];
}

/** Draw a chart into its frame; it then follows the frame's width, and arrow keys walk through its points. */
export function drawChart(frame: HTMLElement, first: PageChart, format: FormatOptions, theme: ThemeName): LiveChart {
  let chart = first;
  const drawing = chartEngine()(frame, null, { renderer: "svg" });
  let shown = theme;
  let narrow = isNarrow(frame.clientWidth);
  const draw = (notMerge: boolean): void => {
    const option = toEchartsOption(chart.option, { ...format, theme: shown, width: frame.clientWidth });
    drawing.setOption(option, { notMerge });
  };
  const paint = (name: ThemeName): void => {
    shown = name;
    draw(true);
  };
  paint(theme);
  const resized = new ResizeObserver(() => {
    drawing.resize();
    if (isNarrow(frame.clientWidth) === narrow) return;
    narrow = !narrow;
    paint(shown);
  });
  resized.observe(frame);

  let at = -1;
  frame.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") drawing.dispatchAction({ type: "hideTip" });
    const series = (chart.option["series"] ?? []) as readonly WalkSeries[];
    const walked = series.findIndex(({ type, silent, data }) => !silent && (type !== "custom" || hasTips(data)));
    const length = series[walked]?.data?.length ?? 0;
    if (step === undefined || length === 0) return;
    event.preventDefault();
    at = (at + step + length) % length;
    drawing.dispatchAction({ type: "showTip", seriesIndex: walked, dataIndex: at });
    const spoken = document.getElementById("spoken");
    if (spoken) spoken.textContent = tipText(chart, series[walked]!, at);
  });
  return {
    paint,
    show(next) {
      chart = next;
      draw(false);
    },
    dispose() {
      resized.disconnect();
      drawing.dispose();
    },
  };
}

function hasTips(data: readonly unknown[] | undefined): boolean {
  return typeof data?.[0] === "object" && data[0] !== null && "tip" in data[0];
}

function tipText(chart: PageChart, series: WalkSeries, index: number): string {
  const { tip } = (series.data?.[index] ?? {}) as { tip?: string };
  const tips = (chart.option["tooltip"] as { formatter?: { $tips?: readonly string[] } } | undefined)?.formatter?.$tips;
  return (tip ?? tips?.[index] ?? "").replaceAll("\n", ", ");
}
