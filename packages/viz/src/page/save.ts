/// <reference lib="dom" />
import { tableToCsv } from "../chart/csv.js";
import type { PageChart } from "./page-data.js";

/** Save the numbers behind a chart. */
export function saveCsv(chart: PageChart): void {
  offer(`${chart.id}.csv`, "text/csv;charset=utf-8", tableToCsv(chart.table));
}

/** Save the chart as it is drawn. */
export function saveSvg(chart: PageChart, frame: HTMLElement): void {
  const drawn = frame.querySelector("svg");
  if (!drawn) return;
  const copy = drawn.cloneNode(true) as SVGElement;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  offer(`${chart.id}.svg`, "image/svg+xml", copy.outerHTML);
}

export function offer(name: string, type: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
