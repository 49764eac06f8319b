/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// Budgets that move: forecasts follow at once; what needs every draw of the model follows when the reader pauses.

import {
  type ChannelReturns,
  openScenarios,
  type ScenarioChange,
  type ScenarioForecast,
  scenarioCsv,
} from "@mmm/model/scenario";
import type { Format } from "../format/format.js";
import { tileHtml } from "../html/block-html.js";
import { planForecast } from "../what-if/forecast-chart.js";
import { unpackScenario } from "../what-if/packed-scenario.js";
import { amount } from "../what-if/what-if-html.js";
import { changeInWords, extrapolation, leverAnswers, leversOf, planTiles } from "../what-if/what-if-view.js";
import type { PageChart, PageData } from "./page-data.js";
import { offer } from "./save.js";

const pause = 150;

/** Follow the sliders and number fields; `show` draws the changed forecast. */
export function followBudgets(
  { past, scenario }: NonNullable<PageData["whatIf"]>,
  format: Format,
  show: (chart: PageChart) => void,
): void {
  const form = document.getElementById("what-if-levers");
  const tiles = document.getElementById("what-if-tiles");
  if (!form || !tiles) return;
  const model = unpackScenario(scenario);
  const levers = leversOf(model);
  const rows = [...form.querySelectorAll<HTMLElement>("[data-lever]")];
  const multiples = levers.map(({ today }) => today);
  const scenarios = openScenarios(model);
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const unsettled = new Set(levers.keys());
  let known: ScenarioForecast | undefined;
  const forecastToday = (): ScenarioForecast => (known ??= scenarios.forecast(levers.map(({ today }) => today)));
  const element = <E extends HTMLElement>(c: number, selector: string): E => rows[c]!.querySelector<E>(selector)!;

  const write = (change: ScenarioChange | null): void => {
    const plan = scenarios.forecast(multiples);
    const today = forecastToday();
    const all = planTiles(model, multiples, plan, today, change, format);
    tiles.innerHTML = all.map((tile) => tileHtml(tile)).join("");
    show(planForecast(model, past, plan, today, format));
    if (change) {
      const spoken = document.getElementById("spoken");
      if (spoken) spoken.textContent = all.map(({ label, value, note }) => `${label}: ${value}, ${note}`).join("; ");
    }
  };
  const writeAnswers = (c: number, returns: ChannelReturns | null): void => {
    const answers = leverAnswers(scenarios.contribution(c, multiples[c]!), returns, format);
    rows[c]!.querySelectorAll("dd").forEach((cell, i) => {
      cell.children[0]!.textContent = answers[i]!.value;
      cell.children[1]!.textContent = answers[i]!.note;
    });
    rows[c]!.removeAttribute("aria-busy");
  };
  const writeLever = (c: number, typed: boolean): void => {
    const lever = levers[c]!;
    const multiple = multiples[c]!;
    const range = element<HTMLInputElement>(c, "input[type=range]");
    const change = changeInWords(lever, multiple, format);
    range.value = `${multiple}`;
    range.setAttribute("aria-valuetext", `${amount(lever, multiple)}, ${change}`);
    if (!typed) element<HTMLInputElement>(c, "input[type=number]").value = amount(lever, multiple);
    element(c, "output").textContent = change;
    element(c, ".warn").textContent = extrapolation(lever, multiple, model);
  };

  // One channel a turn, so that the page stays responsive.
  const settle = (): void => {
    const [c] = unsettled;
    if (c === undefined) {
      forecastToday();
      return;
    }
    const moved = multiples.some((multiple, i) => multiple !== levers[i]!.today);
    writeAnswers(c, null);
    waiting = setTimeout(() => {
      writeAnswers(c, levers[c]!.isMoney ? scenarios.returns(c, multiples[c]!) : null);
      unsettled.delete(c);
      if (unsettled.size === 0 && moved) write(scenarios.change(multiples));
      waiting = setTimeout(settle);
    });
  };
  const later = (delay: number): void => {
    clearTimeout(waiting);
    waiting = setTimeout(settle, delay);
  };
  const move = (c: number, multiple: number, typed = false): void => {
    multiples[c] = multiple;
    unsettled.add(c);
    rows[c]!.setAttribute("aria-busy", "true");
    writeLever(c, typed);
  };

  form.addEventListener("input", (event) => {
    const input = event.target as HTMLInputElement;
    const c = rows.indexOf(input.closest<HTMLElement>("[data-lever]")!);
    const lever = levers[c];
    const typed = input.type === "number";
    if (!lever || !Number.isFinite(input.valueAsNumber) || input.valueAsNumber < 0) return;
    move(c, typed ? input.valueAsNumber / lever.unit : input.valueAsNumber, typed);
    write(null);
    later(pause);
  });
  form.addEventListener("click", (event) => {
    const kind = (event.target as Element).closest<HTMLElement>("[data-what-if]")?.dataset["whatIf"];
    if (kind === "csv") offer("plan.csv", "text/csv;charset=utf-8", scenarioCsv(model, multiples));
    if (kind !== "today") return;
    levers.forEach(({ today }, c) => {
      if (multiples[c] !== today) move(c, today);
    });
    write(null);
    later(0);
  });
  levers.forEach((_, c) => {
    writeLever(c, false);
  });
  window.addEventListener("beforeprint", () => {
    for (const c of unsettled) writeAnswers(c, levers[c]!.isMoney ? scenarios.returns(c, multiples[c]!) : null);
    unsettled.clear();
  });
  const seen = new IntersectionObserver(
    ([entry]) => {
      if (!entry?.isIntersecting) return;
      seen.disconnect();
      later(0);
    },
    { rootMargin: "600px" },
  );
  seen.observe(form);
}
