// What is known in every marketing data set, whatever the numbers say.

import type { CausalConstraints } from "@mmm/core";

export interface MarketingRoles {
  readonly kpi: string | readonly string[];
  /** Paid and organic activity. */
  readonly media: readonly string[];
  /** Seasonality, demand, weather, holidays, prices of others: nothing in the data causes them. */
  readonly controls?: readonly string[];
  /** Media in funnel order, upper funnel first; a later stage never drives an earlier one within the period. */
  readonly funnel?: readonly (readonly string[])[];
}

/**
 * The marketing preset: the KPI has no children, controls have no parents, and the funnel (if given) runs one way.
 *
 * @example marketingConstraints({ kpi: "sales", media: ["tv", "search"], controls: ["season"], funnel: [["tv"], ["search"]] })
 */
export function marketingConstraints(roles: MarketingRoles): CausalConstraints {
  const kpis = typeof roles.kpi === "string" ? [roles.kpi] : roles.kpi;
  const controls = roles.controls ?? [];
  const everything = [...controls, ...roles.media, ...kpis];
  const forbidden: [string, string][] = [];
  for (const kpi of kpis) for (const other of everything) if (other !== kpi) forbidden.push([kpi, other]);
  for (const control of controls) {
    for (const other of everything) {
      if (other !== control && !kpis.includes(other)) forbidden.push([other, control]);
    }
  }
  return { forbidden, ...(roles.funnel && { tiers: roles.funnel }) };
}
