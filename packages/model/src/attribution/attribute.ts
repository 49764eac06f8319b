// Contributions by period and by unit, direct and total, with intervals.

import { createTable, type Table } from "@mmm/data";
import type { Fit } from "../fit/fit.js";
import type { Interval } from "../result/types.js";
import { intervalOf } from "../uncertainty/interval.js";
import type { ContributionParts } from "./channel-sums.js";
import { posteriorSums } from "./posterior-sums.js";

/** One channel in one period (over units) or one unit (over periods), in KPI units over its observed cells. */
export interface AttributedPart {
  readonly channel: string;
  /** Label of the period or name of the unit. */
  readonly label: string;
  readonly direct: Interval;
  /** Prediction minus prediction under `do(channel = 0)` in all periods. */
  readonly total: Interval;
}

export interface Attribution {
  readonly byPeriod: readonly AttributedPart[];
  readonly byUnit: readonly AttributedPart[];
}

/**
 * Contributions of every channel by period and by unit. Sums over periods, and over units, are those of the result.
 *
 * @example attribute(fit).byPeriod.filter(({ channel }) => channel === "tv")
 */
export function attribute(fit: Fit): Attribution {
  const { panel, settings } = fit;
  const { direct, total } = posteriorSums(fit).parts;
  const parts = (labels: readonly string[], of: (parts: ContributionParts) => Float64Array): AttributedPart[] => {
    const read = (sums: readonly ContributionParts[], at: number): Interval => {
      const [mode, ...draws] = sums.map((each) => of(each)[at]!);
      return intervalOf(mode!, draws, settings.interval);
    };
    return labels.flatMap((label, i) =>
      panel.roles.channels.map(({ name }, c): AttributedPart => {
        const at = c * labels.length + i;
        const own = read(direct, at);
        return { channel: name, label, direct: own, total: total === direct ? own : read(total, at) };
      }),
    );
  };
  return {
    byPeriod: parts(panel.periods, ({ byPeriod }) => byPeriod),
    byUnit: parts(panel.units, ({ byUnit }) => byUnit),
  };
}

/**
 * An attribution as a table: `by` ("period" or "unit"), `label`, `channel`, `direct` and `total` with `_lower` and
 * `_upper`.
 */
export function attributionTable({ byPeriod, byUnit }: Attribution): Table {
  const rows = [
    ...byPeriod.map((part) => ({ by: "period", ...part })),
    ...byUnit.map((part) => ({ by: "unit", ...part })),
  ];
  const of = (pick: (row: (typeof rows)[number]) => string | number) => rows.map(pick);
  return createTable({
    by: of(({ by }) => by),
    label: of(({ label }) => label),
    channel: of(({ channel }) => channel),
    direct: of(({ direct }) => direct.mean),
    direct_lower: of(({ direct }) => direct.lower),
    direct_upper: of(({ direct }) => direct.upper),
    total: of(({ total }) => total.mean),
    total_lower: of(({ total }) => total.lower),
    total_upper: of(({ total }) => total.upper),
  });
}
