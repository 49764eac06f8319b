import { type SimulationTruth, trueLagWeights, trueResponse, trueTotalEffects, truthTotals } from "@mmm/data";
import type { AnswerKey, FitView } from "@mmm/model";

/**
 * The truth of a simulation in the places where a view has its estimates: same lags, same points of each curve.
 *
 * @param revenuePerKpi what one unit of the KPI earns
 */
export function answerKeyOf(truth: SimulationTruth, view: FitView, revenuePerKpi = 1): AnswerKey {
  const totals = truthTotals(truth);
  const effects = trueTotalEffects(truth);
  const views = new Map(view.channels.map((channel) => [channel.name, channel]));
  return {
    mediaFraction: totals.mediaFraction,
    channels: truth.channels.flatMap((channel, c) => {
      const estimate = views.get(channel.name);
      if (estimate === undefined) return [];
      return [
        {
          name: channel.name,
          share: totals.share[c]!,
          contribution: effects[c]!,
          roi: revenuePerKpi * totals.roi[c]!,
          carryover: trueLagWeights(channel, estimate.carryover.weights.length),
          ...(estimate.effectPath && { effectPath: pathOf(truth, c) }),
          response: trueResponse(truth, c, estimate.curve.activity),
        },
      ];
    }),
  };
}

function pathOf({ effectMultiplier, settings, channels }: SimulationTruth, c: number): number[] {
  return Array.from({ length: settings.periods }, (_, t) => effectMultiplier[t * channels.length + c]!);
}
