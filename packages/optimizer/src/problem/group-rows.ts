import type { LinearRow } from "../linear/rows.js";
import type { ResponseModel } from "../response/response-model.js";
import { money, plain } from "./money.js";
import type { GroupLimit, RatioLimit } from "./request.js";

/** Rows of limits that several channels share. */
export function groupRows(model: ResponseModel, groups: readonly GroupLimit[]): LinearRow[] {
  return groups.flatMap(({ name, channels, units, periods, min, max, minShare, maxShare }) => {
    const inside = model.cells.map(
      ({ channel, unit, period }) =>
        channels.includes(model.channels[channel]!) &&
        (units === undefined || (unit !== null && units.includes(model.units[unit]!))) &&
        (periods === undefined || (period !== null && periods.includes(model.periods[period]!))),
    );
    const all = inside.map((_, i) => i);
    const rows: LinearRow[] = [];
    if (min !== undefined || max !== undefined) {
      const indices = all.filter((i) => inside[i]);
      const words = [
        min !== undefined && `at least ${money(model, min)}`,
        max !== undefined && `at most ${money(model, max)}`,
      ];
      rows.push({
        name: `${name} ${words.filter(Boolean).join(" and ")}`,
        indices,
        coefficients: indices.map(() => 1),
        lower: min ?? Number.NEGATIVE_INFINITY,
        upper: max ?? Number.POSITIVE_INFINITY,
      });
    }
    for (const [share, words] of [
      [minShare, "at least"],
      [maxShare, "at most"],
    ] as const) {
      if (share === undefined) continue;
      rows.push({
        name: `${name} ${words} ${plain(100 * share)}% of the budget`,
        indices: all,
        coefficients: inside.map((here) => (here ? 1 - share : -share)),
        lower: words === "at least" ? 0 : Number.NEGATIVE_INFINITY,
        upper: words === "at most" ? 0 : Number.POSITIVE_INFINITY,
      });
    }
    return rows;
  });
}

/** Rows of limits on the ratio of two sums. */
export function ratioRows(model: ResponseModel, ratios: readonly RatioLimit[]): LinearRow[] {
  return ratios.flatMap(({ name, numerator, denominator, min, max }) => {
    const title = name ?? `${numerator.join(" + ")} over ${denominator.join(" + ")}`;
    const count = (names: readonly string[], channel: number) => (names.includes(model.channels[channel]!) ? 1 : 0);
    const row = (bound: number, words: string, lower: number, upper: number): LinearRow => {
      const pairs = model.cells.flatMap(({ channel }, i) => {
        const weight = count(numerator, channel) - bound * count(denominator, channel);
        return weight === 0 ? [] : [[i, weight] as const];
      });
      return {
        name: `${title} ${words} ${plain(bound)}`,
        indices: pairs.map(([i]) => i),
        coefficients: pairs.map(([, weight]) => weight),
        lower,
        upper,
      };
    };
    return [
      ...(min === undefined ? [] : [row(min, "at least", 0, Number.POSITIVE_INFINITY)]),
      ...(max === undefined ? [] : [row(max, "at most", Number.NEGATIVE_INFINITY, 0)]),
    ];
  });
}
