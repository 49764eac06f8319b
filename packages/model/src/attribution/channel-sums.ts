// What every channel contributes at one parameter vector, in KPI units, summed over the observed cells. A channel's
// direct contribution is the prediction minus the prediction under do(activity = 0) with all other channels kept as they
// were; because every saturation is zero at zero and channels add, that is the channel's own term. Its total
// contribution lets the other channels follow, through the graph.

import { columnValues } from "@mmm/core";
import { pathsOf, totalsOf, type UnitTotals } from "../causal/intervention.js";
import type { SpillOver } from "../causal/types.js";
import type { Fit } from "../fit/fit.js";
import { evaluateMedia, sharedState, unitWorkspace } from "../structural/forward.js";

/** Totals over observed cells for one parameter vector; one number per channel. */
export interface ChannelSums {
  /** KPI units. */
  readonly contribution: Float64Array;
  /** Contribution times revenue per KPI where the panel has it; otherwise equal to `contribution`. */
  readonly value: Float64Array;
  /** Change of `value` per 1 % more activity, times 100. */
  readonly marginalValue: Float64Array;
  /**
   * The part of `contribution` that comes in the period of the activity: `S(A) · w₀x / A`, each activity's part in the
   * stock that is saturated (Aumann–Shapley along the ray from zero). The rest is carried over.
   */
  readonly immediate: Float64Array;
  /** The same with what the channel sets off in others; equal to the above without a graph. */
  readonly total: {
    readonly contribution: Float64Array;
    readonly value: Float64Array;
    readonly marginalValue: Float64Array;
    /** Spend of other channels that follows the channel. */
    readonly inducedSpend: Float64Array;
  };
}

/** Contributions by channel and by one more dimension; added to by {@link SumChannels}. */
export interface ContributionParts {
  /** `[channels, periods]`. */
  readonly byPeriod: Float64Array;
  /** `[channels, units]`. */
  readonly byUnit: Float64Array;
}

/**
 * The sums at a parameter vector.
 *
 * @param spillOver how channels drive channels; total effects equal direct ones without it
 * @param parts added to as well where given; `direct` alone where `total` is the same
 */
export type SumChannels = (
  shared: Float64Array,
  own: Float64Array,
  spillOver?: SpillOver,
  parts?: { readonly direct: ContributionParts; readonly total: ContributionParts },
) => ChannelSums;

/** Prepares what parameter vectors have in common; the buffers serve all calls. */
export function channelSums({ design, layout, panel }: Pick<Fit, "design" | "layout" | "panel">): SumChannels {
  const { units, periods, channels, scales, lags, activity } = design;
  const revenue = panel.roles.revenuePerKpi === null ? null : columnValues(panel, panel.roles.revenuePerKpi);
  const noShocks = new Float64Array(periods);
  const work = unitWorkspace(design, layout, 0);
  const width = lags - 1 + periods;
  const zeros = () => new Float64Array(channels);
  // KPI units of each cell and what they are worth; zero where nothing was observed.
  const size = Float64Array.from(panel.observed, (seen, i) => (seen === 1 ? scales.kpi[Math.floor(i / periods)]! : 0));
  const worth = revenue === null ? size : size.map((kpi, i) => (kpi === 0 ? 0 : kpi * revenue[i]!));
  const through = totalsOf({ design, layout, panel });

  const add = (into: Float64Array, values: Float64Array, weights: Float64Array, r: number): void => {
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let t = 0; t < periods; t++) sum += weights[r * periods + t]! * values[c * periods + t]!;
      into[c]! += sum;
    }
  };
  const spread = (into: ContributionParts, values: Float64Array, r: number): void => {
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let t = 0; t < periods; t++) {
        const part = size[r * periods + t]! * values[c * periods + t]!;
        into.byPeriod[c * periods + t]! += part;
        sum += part;
      }
      into.byUnit[c * units + r]! += sum;
    }
  };

  return (shared, own, spillOver, parts) => {
    const state = sharedState(layout, shared, lags, noShocks);
    const direct = { contribution: zeros(), value: zeros(), marginalValue: zeros(), immediate: zeros() };
    const paths = spillOver === undefined ? [] : pathsOf(spillOver, channels);
    const total = paths.length === 0 ? direct : { contribution: zeros(), value: zeros(), marginalValue: zeros() };
    const inducedSpend = zeros();
    for (let r = 0; r < units; r++) {
      evaluateMedia(design, layout, state, own, r, work);
      add(direct.contribution, work.media, size, r);
      add(direct.value, work.media, worth, r);
      add(direct.marginalValue, work.marginal, worth, r);
      addImmediate(direct.immediate, r);
      const totals = paths.length > 0 ? through(paths, state.channels, r, work) : null;
      if (totals) addTotals(totals, r);
      if (!parts) continue;
      spread(parts.direct, work.media, r);
      if (parts.total !== parts.direct) spread(parts.total, totals?.contribution ?? work.media, r);
    }
    return { ...direct, total: { ...total, inducedSpend } };

    function addImmediate(into: Float64Array, r: number): void {
      for (let c = 0; c < channels; c++) {
        const latest = (r * channels + c) * width + lags - 1;
        let sum = 0;
        for (let t = 0; t < periods; t++) {
          const stock = work.stock[c * periods + t]!;
          if (stock > 0) sum += (size[r * periods + t]! * work.media[c * periods + t]! * activity[latest + t]!) / stock;
        }
        into[c]! += state.channels[c]!.weights[0]! * sum;
      }
    }

    function addTotals({ contribution, marginal, induced }: UnitTotals, r: number): void {
      add(total.contribution, contribution, size, r);
      add(total.value, contribution, worth, r);
      add(total.marginalValue, marginal, worth, r);
      for (let c = 0; c < channels; c++) {
        for (let t = 0; t < periods; t++) {
          if (panel.observed[r * periods + t] === 1) inducedSpend[c]! += induced[c * periods + t]!;
        }
      }
    }
  };
}
