// Contributions of the channels in future periods, at the mode and for each draw, with the nonlinear model itself.

import { curveStates } from "../attribution/curves.js";
import { type ChannelState, convolve } from "../structural/channel-curve.js";
import { deviationOf } from "../structural/forward.js";
import type { ContinuedFit } from "./continue-fit.js";

/** Sums over the planned cells, `[channels]`. */
interface Sums {
  readonly contribution: Float64Array;
  readonly carriedIn: Float64Array;
}

export interface FutureContributions {
  readonly mode: Sums;
  readonly draws: readonly Sums[];
  /** Per planned cell at `r * future + h`: `[channels, draws]`; undefined elsewhere. KPI units. */
  readonly cells: readonly (Float64Array | undefined)[];
}

/** @param sizes factor on a unit in a draw, `[units][draws]`; null where its size is known */
export function futureContributions(
  { fit, start, planned }: ContinuedFit,
  sizes: readonly (Float64Array | null)[],
): FutureContributions {
  const { design, layout, draws, learned } = fit;
  const { units, channels, lags, periods, scales } = design;
  const future = periods - start;
  const span = lags - 1 + future;
  const states = curveStates(fit);
  const sums = (): Sums => ({ contribution: new Float64Array(channels), carriedIn: new Float64Array(channels) });
  const mode = sums();
  const drawn = draws.shared.map(sums);
  const cells = Array.from({ length: units * future }, (_, i) =>
    planned[Math.floor(i / future) * periods + start + (i % future)] === 1
      ? new Float64Array(channels * draws.count)
      : undefined,
  );
  const stock = new Float64Array(future);
  const silent = new Float64Array(span);
  const silentStock = new Float64Array(future);
  for (let r = 0; r < units; r++) {
    for (let c = 0; c < channels; c++) {
      const from = (r * channels + c) * (lags - 1 + periods) + start;
      silent.set(design.activity.subarray(from, from + lags - 1));
      const evaluate = (state: ChannelState, own: Float64Array, into: Sums, draw: number): void => {
        const deviation = deviationOf(layout, own, r, c);
        const size = draw < 0 ? 1 : (sizes[r]?.[draw] ?? 1);
        const scale = size * scales.kpi[r]! * state.effect * deviation;
        const { saturation } = layout.channels[c]!;
        convolve(design.activity, from, state.weights, 0, lags, stock, 0, future);
        convolve(silent, 0, state.weights, 0, lags, silentStock, 0, future);
        for (let h = 0; h < future; h++) {
          const cell = cells[r * future + h];
          if (cell === undefined) continue;
          const value = scale * saturation.apply(stock[h]!, state.saturation);
          into.contribution[c]! += value;
          into.carriedIn[c]! += scale * saturation.apply(silentStock[h]!, state.saturation);
          if (draw >= 0) cell[c * draws.count + draw] = value;
        }
      };
      evaluate(states.mode[c]!, learned.mode.own, mode, -1);
      for (let d = 0; d < draws.count; d++) {
        evaluate(states.draws[d]![c]!, draws.own[d]!, drawn[d]!, d);
      }
    }
  }
  return { mode, draws: drawn, cells };
}
