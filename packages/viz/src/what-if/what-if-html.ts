import type { ScenarioModel } from "@mmm/model/scenario";
import type { Format } from "../format/format.js";
import { escapeHtml } from "../html/escape.js";
import { factLabels, type Lever, leverFacts, leversOf } from "./what-if-view.js";

/** The budgets as a form; the page's script brings it to life. */
export function leversHtml(model: ScenarioModel, format: Format): string {
  const levers = leversOf(model).map((lever, c) => leverHtml(lever, c, model, format));
  return `<div id="what-if-levers" class="levers"><ul>${levers.join("")}</ul><p class="save"><button type="button" data-what-if="today">Back to today</button><button type="button" data-what-if="csv">Save plan as CSV</button></p></div>`;
}

function leverHtml(lever: Lever, c: number, model: ScenarioModel, format: Format): string {
  const percent = (multiple: number): string => `${((100 * Math.min(multiple, lever.most)) / lever.most).toFixed(2)}%`;
  const [least, most] = lever.observed;
  const label = escapeHtml(lever.label);
  const facts = factLabels
    .slice(0, lever.isMoney ? 3 : 1)
    .map((name) => `<div><dt>${name}</dt><dd><span>–</span><small></small></dd></div>`)
    .join("");
  return `<li data-lever="${c}"><div class="lever-name"><h3 id="lever-${c}">${label}</h3><p id="lever-about-${c}">${escapeHtml(leverFacts(lever, model, format))}</p></div><div class="lever-set"><div class="slide"><input type="range" min="0" max="${lever.most}" step="0.01" value="${lever.today}" aria-labelledby="lever-${c}" aria-describedby="lever-about-${c}" autocomplete="off"><span class="seen" aria-hidden="true"><i style="left:${percent(least)};right:calc(100% - ${percent(most)})"></i><b style="left:${percent(lever.today)}"></b></span></div><input type="number" min="0" step="any" value="${amount(lever, lever.today)}" aria-label="${label}, amount" autocomplete="off"><output></output><p class="warn"></p></div><dl>${facts}</dl></li>`;
}

/** An amount as a number field holds it: six significant digits. */
export const amount = (lever: Lever, multiple: number): string => `${Number((multiple * lever.unit).toPrecision(6))}`;
