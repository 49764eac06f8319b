/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Chart } from "../chart/chart.js";
import type { Format } from "../format/format.js";
import { unitCharts } from "../graph-charts/unit-charts.js";
import type { UnitGraphs } from "../graph-charts/unit-graphs.js";
import { unitHtml } from "../html/unit-picker.js";

/** Write the chosen unit into the page whenever the choice changes; `show` then draws its charts. */
export function followUnitChoice(all: UnitGraphs, format: Format, show: (charts: readonly Chart[]) => void): void {
  const choice = document.querySelector<HTMLSelectElement>("#unit-choice");
  const place = document.getElementById("unit-chosen");
  if (!choice || !place) return;
  const write = (): void => {
    const unit = all.units[choice.selectedIndex];
    if (!unit) return;
    place.innerHTML = unitHtml(all, unit, format);
    show(unitCharts(all, unit, format));
  };
  choice.addEventListener("change", write);
  for (const button of document.querySelectorAll<HTMLElement>("#unit-picker [data-step]")) {
    button.addEventListener("click", () => {
      const { length } = all.units;
      choice.selectedIndex = (choice.selectedIndex + Number(button.dataset["step"]) + length) % length;
      write();
    });
  }
}
