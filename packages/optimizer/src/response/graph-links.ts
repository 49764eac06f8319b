import type { Fit } from "@mmm/model";
import type { ActivityLink } from "./grid.js";

/**
 * What the causal graph of a fit says channels bring about in each other, as links in units of activity. Empty for a fit
 * without a graph.
 *
 * @param columns the channels that are planned, by index into the fit's channels
 * @param draws posterior draws behind the draws of the response model; null for the best estimate alone
 */
export function graphLinks(fit: Fit, columns: readonly number[], draws: readonly number[] | null): ActivityLink[] {
  const { causal, design, panel } = fit;
  if (!causal) return [];
  const { channels, scales } = design;
  const used = draws === null ? [causal.spillOver] : draws.map((d) => causal.draws[d % causal.draws.length]!);
  const { lags } = causal.spillOver;
  const name = (c: number): string => panel.roles.channels[c]!.name;
  const links: ActivityLink[] = [];
  for (const from of columns) {
    for (const to of columns) {
      for (let lag = 0; lag <= lags; lag++) {
        const at = (lag * channels + from) * channels + to;
        // Edges that only some replicates have are not followed.
        if (causal.spillOver.rates[at] === 0) continue;
        const rates = used.map((each) => (lag > each.lags ? 0 : each.rates[at]!));
        links.push({
          from: name(from),
          to: name(to),
          lag,
          rate: (draw, unit) =>
            (rates[draw]! * scales.activity[unit * channels + to]!) / scales.activity[unit * channels + from]!,
        });
      }
    }
  }
  return links;
}
