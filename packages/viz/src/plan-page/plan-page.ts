import type { Plan } from "@mmm/optimizer";
import type { Brand } from "../html/brand.js";
import { renderPage } from "../html/page.js";
import { planSections } from "./plan-sections.js";
import { planFormat } from "./plan-words.js";

export interface PlanPageOptions {
  /** Default: "What to spend next on …". */
  readonly title?: string;
  /** BCP 47 tag for numbers and dates, default "en-GB". The words are English. */
  readonly locale?: string;
  /** ISO 4217 code; default the plan's own. */
  readonly currency?: string;
  readonly brand?: Brand;
  /** Default "auto": as the reader's system says. */
  readonly theme?: "auto" | "light" | "dark";
}

/**
 * The page of a plan: one HTML file that needs no network. Verdict and headline numbers first, then where the money goes,
 * when and in which unit, other budgets, other plans, and the certificate in words.
 *
 * @throws MmmError when the brand's colour or logo has another form than documented
 * @example await writeFile("plan.html", renderPlanPage(await planBudget(responseModelOf(fit), { goal: { kind: "budget" } })))
 */
export function renderPlanPage(plan: Plan, options: PlanPageOptions = {}): string {
  const { title = `What to spend next for ${plan.kpi}`, brand, theme, ...look } = options;
  const format = planFormat(plan, look);
  const { horizon } = plan;
  return renderPage(title, planSections(plan, format), {
    ...format.options,
    subtitle: `${horizon.periods} periods, ${format.period(horizon.from)} to ${format.period(horizon.to)}`,
    ...(brand && { brand }),
    ...(theme && { theme }),
    footer: "Made with @mmm/viz. This file is complete in itself: it sends nothing and loads nothing.",
  });
}
