// Does the model recover what is known? Simulated panels of different difficulty are fitted; the truth is opened only
// afterwards. An interval is worth nothing without this: one of 90 % must hold the truth about
// nine times in ten, whatever the panel is like.

import { type RunHooks, throwIfCancelled } from "@mmm/core";
import { inspectPanel, type SimulationOptions, simulatePanel, truthTotals } from "@mmm/data";
import { fitStructural, type Interval, viewFit } from "@mmm/model";

/** Kinds of panels, easy first. */
export const recoveryCases: readonly { readonly name: string; readonly options: SimulationOptions }[] = [
  { name: "20 regions", options: {} },
  { name: "50 regions", options: { units: 50, periods: 120, channels: 8 } },
  { name: "5 regions", options: { units: 5, channels: 4 } },
  { name: "national", options: { units: 1, periods: 156, channels: 5 } },
  { name: "ragged, gaps", options: { ragged: 0.3, missing: 0.05 } },
  { name: "3% outliers", options: { outliers: 0.03 } },
  { name: "collinear", options: { collinearity: 0.6 } },
  { name: "drifting effects", options: { drift: 0.3 } },
];

export interface RecoveryRow {
  readonly name: string;
  readonly panels: number;
  readonly channels: number;
  /** Half the sum of |estimated − true share|, mean over panels. */
  readonly shareDistance: number;
  /** The same when every channel is given the same share. */
  readonly equalShares: number;
  /** Parts of the channels, and of the panels, whose interval holds the truth. */
  readonly shareCoverage: number;
  readonly roiCoverage: number;
  readonly mediaCoverage: number;
  readonly intervalWidth: number;
  readonly holdoutR2Within: number;
  readonly bestNaiveR2Within: number;
  readonly cpuSeconds: number;
  /** The same coverage over the channels of each kind that occur; a channel can be of several. */
  readonly byChannel: readonly ChannelKindRow[];
}

/** Kinds of channels by how hard they are to measure. */
export interface ChannelKindRow {
  readonly name: string;
  readonly channels: number;
  readonly shareCoverage: number;
  readonly roiCoverage: number;
  /** Mean width of the share's interval. */
  readonly intervalWidth: number;
}

/**
 * Fit `panels` simulated panels, the cases in turn, and compare with their truth.
 *
 * @param panels panels in all
 * @returns one row per case that was met, and one for all
 */
export async function recoverySuite(panels: number, seed: number, hooks: RunHooks): Promise<RecoveryRow[]> {
  const seen: { readonly name: string; readonly scores: Scores }[] = [];
  for (let i = 0; i < panels; i++) {
    throwIfCancelled(hooks);
    const { name, options } = recoveryCases[i % recoveryCases.length]!;
    hooks.onProgress?.({ phase: "recovery", step: i, total: panels, message: name });
    seen.push({ name, scores: await scorePanel(options, seed * 1000 + i, hooks.signal) });
  }
  hooks.onProgress?.({ phase: "recovery", step: panels, total: panels });
  const rows = recoveryCases
    .map(({ name }) => ({ name, of: seen.filter((one) => one.name === name) }))
    .filter(({ of }) => of.length > 0);
  return [...rows, { name: "all", of: seen }].map(({ name, of }) =>
    summarise(
      name,
      of.map(({ scores }) => scores),
    ),
  );
}

/** What makes a channel easy or hard, and whether its intervals held the truth. */
interface ChannelScore {
  /** True share of the media effect. */
  readonly share: number;
  /** Largest correlation of its spend with that of another channel, within units. */
  readonly correlation: number;
  readonly shareHit: boolean;
  readonly roiHit: boolean;
  readonly width: number;
}

const channelKinds: readonly { readonly name: string; readonly is: (channel: ChannelScore) => boolean }[] = [
  { name: "large (share above 25%)", is: ({ share }) => share > 0.25 },
  { name: "middle", is: ({ share }) => share >= 0.1 && share <= 0.25 },
  { name: "small (below 10%)", is: ({ share }) => share < 0.1 },
  { name: "spend on its own (|r| < 0.4)", is: ({ correlation }) => correlation < 0.4 },
  { name: "spend with another's (|r| ≥ 0.4)", is: ({ correlation }) => correlation >= 0.4 },
];

interface Scores {
  readonly channels: readonly ChannelScore[];
  readonly shareDistance: number;
  readonly equalShares: number;
  readonly mediaHit: boolean;
  readonly holdoutR2Within: number;
  readonly bestNaiveR2Within: number;
  readonly cpuSeconds: number;
}

async function scorePanel(options: SimulationOptions, seed: number, signal?: AbortSignal): Promise<Scores> {
  const { panel, truth } = simulatePanel(options, seed);
  const fit = await fitStructural(panel, { holdout: 12, draws: 200, seed }, { ...(signal && { signal }) });
  const { result } = viewFit(fit);
  const known = truthTotals(truth);
  const { channels } = result;
  const { correlations } = inspectPanel(panel);
  const closest = channels.map((_, c) =>
    Math.max(0, ...channels.map((__, other) => (other === c ? 0 : Math.abs(correlations.values[c]![other]!)))),
  );
  const holds = ({ lower, upper }: Interval, value: number): boolean => lower <= value && value <= upper;
  const distance = (share: (c: number) => number): number =>
    channels.reduce((sum, _, c) => sum + Math.abs(share(c) - known.share[c]!), 0) / 2;
  const naive = Object.values(result.fit.naive).map((metrics) => metrics?.r2Within ?? Number.NEGATIVE_INFINITY);
  return {
    shareDistance: distance((c) => channels[c]!.share.mean),
    equalShares: distance(() => 1 / channels.length),
    channels: channels.map(({ share, roi }, c) => ({
      share: known.share[c]!,
      correlation: closest[c]!,
      shareHit: holds(share, known.share[c]!),
      roiHit: roi !== null && holds(roi, known.roi[c]!),
      width: share.upper - share.lower,
    })),
    mediaHit: holds(result.mediaFraction, known.mediaFraction),
    holdoutR2Within: result.fit.holdout?.r2Within ?? Number.NaN,
    bestNaiveR2Within: Math.max(...naive),
    cpuSeconds: fit.runtime.cpuSeconds,
  };
}

function summarise(name: string, scores: readonly Scores[]): RecoveryRow {
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const part = (hits: readonly boolean[]): number => mean(hits.map((hit) => (hit ? 1 : 0)));
  const over = (of: (one: Scores) => number): number => mean(scores.map(of));
  const channels = scores.flatMap((one) => one.channels);
  return {
    name,
    panels: scores.length,
    channels: channels.length,
    shareDistance: over((one) => one.shareDistance),
    equalShares: over((one) => one.equalShares),
    shareCoverage: part(channels.map(({ shareHit }) => shareHit)),
    roiCoverage: part(channels.map(({ roiHit }) => roiHit)),
    mediaCoverage: part(scores.map(({ mediaHit }) => mediaHit)),
    intervalWidth: mean(channels.map(({ width }) => width)),
    holdoutR2Within: over((one) => one.holdoutR2Within),
    bestNaiveR2Within: over((one) => one.bestNaiveR2Within),
    cpuSeconds: over((one) => one.cpuSeconds),
    byChannel: channelKinds.flatMap(({ name: kind, is }) => {
      const of = channels.filter(is);
      if (of.length === 0) return [];
      return [
        {
          name: kind,
          channels: of.length,
          shareCoverage: part(of.map(({ shareHit }) => shareHit)),
          roiCoverage: part(of.map(({ roiHit }) => roiHit)),
          intervalWidth: mean(of.map(({ width }) => width)),
        },
      ];
    }),
  };
}
