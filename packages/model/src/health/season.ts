import type { Diagnostic } from "@mmm/core";
import type { Fit } from "../fit/fit.js";
import { positiveEvidence } from "../structural/season-evidence.js";

/** Says that no forecast is built on a season the data do not speak for. */
export function seasonFindings({ layout, learned, panel }: Pick<Fit, "layout" | "learned" | "panel">): Diagnostic[] {
  if (layout.endingSeasons === 0 || learned.seasonEvidence === null) return [];
  const odds = Math.exp(learned.seasonEvidence);
  const told = odds < 1 ? `${round(1 / odds)} to 1 against` : `only ${round(odds)} to 1 for`;
  return [
    {
      severity: "info",
      code: "SEASON_NOT_CARRIED",
      message: `The data do not tell a yearly season of ${panel.roles.kpi} from passing movements of its level (odds ${told} a season; ${round(Math.exp(positiveEvidence))} to 1 is asked for). Effects are adjusted for what the season may be, but forecasts leave it out.`,
      fix: "If you know that this business has a season, ask for it (harmonics: 2, or more), and forecasts carry it.",
    },
  ];
}

function round(odds: number): string {
  return odds > 1000 ? "over 1,000" : odds < 10 ? odds.toFixed(1) : odds.toFixed(0);
}
