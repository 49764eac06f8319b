import { auroc } from "@mmm/causal";
import { fitStructural, type GraphSource, viewFit, withGraph } from "@mmm/model";
import type { KnownPanel } from "./panels.js";

export interface Score {
  /** Half the sum of |estimated − true share|. */
  readonly share: number;
  /** Half the sum of |estimated − true| over channels, as a part of the true sum: direct and total effects. */
  readonly direct: number;
  readonly total: number;
  /** Part of the channels whose interval of the total effect holds the truth. */
  readonly totalHeld: number;
  /** Of the pairs of channels by strength of their edge; NaN where the truth has no edge. */
  readonly auroc: number;
  /** Edges followed by interventions that are true and not, and how many are true. */
  readonly right: number;
  readonly false: number;
  readonly true: number;
  readonly r2: number;
  /** Of learning the graph. */
  readonly cpuSeconds: number;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

export async function scorePanel(
  { panel, seed, truth }: KnownPanel,
  sources: Readonly<Record<string, { readonly source: GraphSource; readonly minimumProbability?: number }>>,
): Promise<Record<string, Score>> {
  const fit = await fitStructural(panel, { holdout: 12, draws: 100, seed, graph: "none" });
  const scores: Record<string, Score> = {};
  for (const [name, { source, ...options }] of Object.entries(sources)) {
    const start = process.cpuUsage();
    const joined = await withGraph(fit, source, options);
    const { user, system } = process.cpuUsage(start);
    const { result } = viewFit(joined);
    const { channels } = result;
    const share = truth.direct.map((value) => value / sum(truth.direct));
    const off = (estimate: readonly number[], known: readonly number[]): number =>
      sum(estimate.map((value, c) => Math.abs(value - known[c]!))) / 2 / sum(known);
    const isTrue = (from: string, to: string): boolean => truth.edges.some((e) => e.from === from && e.to === to);
    const names = channels.map((channel) => channel.name);
    const pairs = names.flatMap((from) => names.filter((to) => to !== from).map((to) => [from, to] as const));
    const strength = ([from, to]: readonly [string, string]): number => {
      const edges = (joined.causal?.graph.edges ?? []).filter((e) => e.from === from && e.to === to);
      return Math.max(0, ...edges.map((e) => Math.abs(e.weight) * (e.selected ? 1 : 1e-3) * (e.probability ?? 1)));
    };
    const followed = pairs.filter(([from, to]) =>
      (result.graph?.edges ?? []).some((e) => e.from === from && e.to === to && e.rate !== undefined),
    );
    const right = followed.filter(([from, to]) => isTrue(from, to)).length;
    scores[name] = {
      share: off(
        channels.map((channel) => channel.share.mean),
        share,
      ),
      direct: off(
        channels.map((channel) => channel.direct.mean),
        truth.direct,
      ),
      total:
        truth.total === null
          ? Number.NaN
          : off(
              channels.map((channel) => channel.contribution.mean),
              truth.total,
            ),
      totalHeld:
        truth.total === null
          ? Number.NaN
          : sum(
              channels.map(({ contribution: { lower, upper } }, c) =>
                lower <= truth.total![c]! && truth.total![c]! <= upper ? 1 : 0,
              ),
            ) / channels.length,
      auroc: auroc(
        pairs.map(strength),
        pairs.map(([from, to]) => (isTrue(from, to) ? 1 : 0)),
      ),
      right,
      false: followed.length - right,
      true: truth.edges.length,
      r2: result.fit.holdout?.r2Within ?? Number.NaN,
      cpuSeconds: (user + system) / 1e6,
    };
  }
  return scores;
}
