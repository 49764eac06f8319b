// Contributions by period and by unit, direct and total, with intervals.

import { createTable, type Table } from "@mmm/data";
import { pathsOf, totalsOf } from "../causal/intervention.js";
import type { SpillOver } from "../causal/types.js";
import type { Fit } from "../fit/fit.js";
import type { Interval } from "../result/types.js";
import { evaluateUnit, sharedState, unitWorkspace } from "../structural/forward.js";
import { intervalOf } from "../uncertainty/interval.js";
import { spillOverOfDraw } from "./evaluate.js";

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
  const { design, panel, draws, learned, settings, causal } = fit;
  const { units, periods, channels } = design;
  const count = draws.count;
  const zeros = (length: number) => new Float64Array(length * channels * (count + 1));
  const sums = {
    period: { direct: zeros(periods), total: zeros(periods) },
    unit: { direct: zeros(units), total: zeros(units) },
  };
  const work = unitWorkspace(design, fit.layout, 0);
  const fill = totalsOf(fit);
  const add = (shared: Float64Array, own: Float64Array, spillOver: SpillOver | undefined, column: number): void => {
    const state = sharedState(fit.layout, shared, design.lags, new Float64Array(periods));
    const paths = spillOver === undefined ? [] : pathsOf(spillOver, channels);
    for (let r = 0; r < units; r++) {
      evaluateUnit(design, fit.layout, state, shared, own, r, work);
      const total = paths.length === 0 ? work.media : fill(paths, state.channels, r, work).contribution;
      for (let t = 0; t < periods; t++) {
        if (panel.observed[r * periods + t] !== 1) continue;
        for (let c = 0; c < channels; c++) {
          const cell = c * periods + t;
          const direct = design.scales.kpi[r]! * work.media[cell]!;
          const whole = design.scales.kpi[r]! * total[cell]!;
          const atPeriod = (t * channels + c) * (count + 1) + column;
          const atUnit = (r * channels + c) * (count + 1) + column;
          sums.period.direct[atPeriod]! += direct;
          sums.period.total[atPeriod]! += whole;
          sums.unit.direct[atUnit]! += direct;
          sums.unit.total[atUnit]! += whole;
        }
      }
    }
  };
  add(learned.mode.shared, learned.mode.own, causal?.spillOver, 0);
  draws.shared.forEach((shared, d) => {
    add(shared, draws.own[d]!, spillOverOfDraw(fit, d), d + 1);
  });
  const read = (values: Float64Array, row: number): Interval => {
    const from = row * (count + 1);
    return intervalOf(values[from]!, values.subarray(from + 1, from + count + 1), settings.interval);
  };
  const parts = (labels: readonly string[], { direct, total }: { direct: Float64Array; total: Float64Array }) =>
    labels.flatMap((label, i) =>
      panel.roles.channels.map(({ name }, c): AttributedPart => {
        const row = i * channels + c;
        return { channel: name, label, direct: read(direct, row), total: read(total, row) };
      }),
    );
  return { byPeriod: parts(panel.periods, sums.period), byUnit: parts(panel.units, sums.unit) };
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
