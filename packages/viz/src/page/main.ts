/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// The script inside every page: draws the charts, those in view first and the others when there is time, follows the
// theme and the width, saves charts as CSV and SVG, and reads data points aloud when a chart is walked with the arrow keys.

import { createFormat } from "../format/format.js";
import type { ThemeName } from "../theme/palette.js";
import { drawChart, type LiveChart } from "./live-chart.js";
import type { PageChart, PageData } from "./page-data.js";
import { saveCsv, saveSvg } from "./save.js";
import { followTheme } from "./theme-switch.js";
import { followUnitChoice } from "./unit-choice.js";
import { followBudgets } from "./what-if.js";

const data = JSON.parse(document.getElementById("page-data")!.textContent!) as PageData;
const charts = new Map(data.charts.map((chart) => [chart.id, chart]));
const live = new Map<string, LiveChart>();

const theme = followTheme((name) => {
  for (const chart of live.values()) chart.paint(name);
});

function draw(element: HTMLElement, name: ThemeName = theme.current()): void {
  const chart = charts.get(element.dataset["chart"]!);
  if (!chart || live.has(chart.id)) return;
  live.set(chart.id, drawChart(element, chart, data.format, name));
}

const chartFrames = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("[data-chart]")];
const watcher = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      draw(target as HTMLElement);
    }
  },
  { rootMargin: "400px" },
);
for (const frame of chartFrames()) watcher.observe(frame);

// A link to a folded chart opens the fold.
function openTarget(): void {
  const target = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
  const fold = target?.closest<HTMLDetailsElement>("details:not([open])");
  if (!target || !fold) return;
  fold.open = true;
  target.scrollIntoView();
}
window.addEventListener("hashchange", openTarget);
openTarget();

function whenIdle(task: () => void): void {
  if ("requestIdleCallback" in window) window.requestIdleCallback(task, { timeout: 200 });
  else setTimeout(task, 20);
}

// Folded charts have no size yet; they wait for the watcher.
function drawRest(): void {
  const next = chartFrames().find((frame) => frame.offsetParent !== null && !live.has(frame.dataset["chart"]!));
  if (!next) return;
  draw(next);
  whenIdle(drawRest);
}
whenIdle(drawRest);

window.addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll<HTMLDetailsElement>("details.more")) folded.open = true;
  for (const frame of chartFrames()) draw(frame, "light");
  for (const chart of live.values()) chart.paint("light");
});
window.addEventListener("afterprint", () => {
  for (const chart of live.values()) chart.paint(theme.current());
});

document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-save]");
  const chart = button && charts.get(button.dataset["for"]!);
  if (chart) save(button.dataset["save"]!, chart);
});

function save(kind: string, chart: PageChart): void {
  if (kind === "csv") saveCsv(chart);
  const frame = chartFrames().find((element) => element.dataset["chart"] === chart.id);
  if (kind === "svg" && frame) {
    draw(frame);
    saveSvg(chart, frame);
  }
}
if (data.units) {
  followUnitChoice(data.units, createFormat(data.format), (drawn) => {
    for (const chart of drawn) {
      live.get(chart.id)?.dispose();
      live.delete(chart.id);
      charts.set(chart.id, chart);
    }
    for (const frame of document.querySelectorAll<HTMLElement>("#unit-chosen [data-chart]")) draw(frame);
  });
}
if (data.whatIf) {
  followBudgets(data.whatIf, createFormat(data.format), (chart) => {
    charts.set(chart.id, chart);
    live.get(chart.id)?.show(chart);
  });
}

document.documentElement.dataset["ready"] = "yes";
