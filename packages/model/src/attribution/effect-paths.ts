import type { Fit } from "../fit/fit.js";
import type { Interval } from "../result/types.js";
import { pathState } from "../structural/effect-path.js";
import { intervalOf } from "../uncertainty/interval.js";

/**
 * Each channel's effect over its mean of the training periods, by channel and period of the panel; null where effects
 * are constant. After the training periods a factor stays where it was.
 *
 * @returns `[channels][periods]`
 * @example effectPaths(fit)?.[0].at(-1)?.mean // today's effect of the first channel over its average
 */
export function effectPaths({ layout, design, learned, draws, settings }: Fit): Interval[][] | null {
  const { path } = layout;
  if (!path) return null;
  const { channels, periods, trainingEnd } = design;
  // Over its own mean, so that the factor is 1 on average whatever the scale of the constant effect beside it.
  const factorOf = (shared: Float64Array): Float64Array => {
    const { factor } = pathState(path, channels, shared);
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let t = 0; t < trainingEnd; t++) sum += factor[t * channels + c]!;
      for (let t = 0; t < trainingEnd; t++) factor[t * channels + c]! *= trainingEnd / sum;
    }
    return factor;
  };
  const mode = factorOf(learned.mode.shared);
  const drawn = draws.shared.map(factorOf);
  return Array.from({ length: channels }, (_, c) => {
    const fitted = Array.from({ length: trainingEnd }, (_, t) => {
      const i = t * channels + c;
      return intervalOf(
        mode[i]!,
        drawn.map((factor) => factor[i]!),
        settings.interval,
      );
    });
    return Array.from({ length: periods }, (_, t) => fitted[Math.min(t, trainingEnd - 1)]!);
  });
}
