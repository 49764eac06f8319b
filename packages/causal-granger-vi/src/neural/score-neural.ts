// Scoring shops with a trained network: one pass per block of shops, nothing is trained again.

import type { Diagnostic } from "@mmm/core";
import { eagerEngine, type TensorEngine } from "@mmm/tensor";
import { deterministicTerms } from "../evidence/design.js";
import type { EdgeResponse, ResponseCurve, ShopResponses } from "../response/curves.js";
import { stepsNeeded } from "../shops/check.js";
import { describeGaps } from "../shops/gaps.js";
import type { Shop } from "../shops/shop.js";
import { type BelievedShop, believeShops } from "./belief.js";
import type { NeuralModel } from "./model.js";
import type { PreparedShop } from "./shop-tensors.js";

export interface NeuralShop {
  readonly unit: string;
  /** Probability of every edge, `[from, to]` row-major. */
  readonly edges: Float64Array;
  /** Chance of every cluster, in the order of the model's mixture. */
  readonly clusters: Float64Array;
  /** Gains, signs and lag profiles of all free edges, as if they were there. */
  readonly responses: ShopResponses;
  readonly curves: NeuralCurves;
  readonly diagnostics: readonly Diagnostic[];
}

/** What is needed to draw any response curve of a shop with {@link neuralCurve}. */
export interface NeuralCurves {
  /** Hill slope and half-saturation, `[2, V]`: towards other nodes, towards the target; null without saturation. */
  readonly shapes: { readonly slope: Float64Array; readonly half: Float64Array } | null;
  /** `[from, to]`: change of the receiver, in its own units, per unit of the bent activity. */
  readonly height: Float64Array;
  readonly target: number;
  readonly measures: readonly { readonly origin: number; readonly unit: number }[];
}

const profileLags = 12;

/**
 * Score shops with a model.
 *
 * @throws MmmError `SHAPE`, `NOT_FINITE`, `CONTEXT`
 * @example const [shop] = await scoreNeural(model, [newcomer]);
 */
export async function scoreNeural(
  model: NeuralModel,
  shops: readonly Shop[],
  engine: TensorEngine = eagerEngine(),
): Promise<NeuralShop[]> {
  const believed = await believeShops(model, shops, engine);
  return believed.map((shop, s) => describeShop(model, shops[s]!, shop));
}

function describeShop(model: NeuralModel, given: Shop, { prepared: shop, belief: out }: BelievedShop): NeuralShop {
  const { layout, settings, marks, design } = model;
  const terms = deterministicTerms(0, 2, design.seasonPeriod, design.harmonics).length;
  const nodes = layout.nodes.length;
  const target = layout.nodes.indexOf(layout.target);
  const { decays } = settings;
  const height = new Float64Array(nodes * nodes);
  const edges: EdgeResponse[] = [];
  const curves: NeuralCurves = {
    shapes: settings.saturation ? { slope: out.slope, half: out.half } : null,
    height,
    target,
    measures: shop.measures,
  };
  for (let from = 0; from < nodes; from++) {
    for (let to = 0; to < nodes; to++) {
      const e = from * nodes + to;
      if (marks.free[e] === 0 && marks.required[e] === 0) continue;
      const group = to === target ? 1 : 0;
      const parts = decays.map((_, d) => {
        const spread = out.scale[(group * nodes + from) * decays.length + d]!;
        return (out.effect[e]! * out.memories[e * decays.length + d]!) / spread;
      });
      height[e] = parts.reduce((a, b) => a + b, 0) * shop.spread[to]!;
      const lagProfile = Float64Array.from({ length: profileLags }, (_, lag) =>
        parts.reduce((sum, part, d) => sum + part * (1 - decays[d]!) * decays[d]! ** lag, 0),
      );
      const sum = lagProfile.reduce((a, b) => a + b, 0);
      const gain = slopeAtMean(curves, shop, from, to);
      edges.push({
        from,
        to,
        gain,
        sign: gain > 0 ? 1 : gain < 0 ? -1 : 0,
        lagProfile: Math.abs(sum) > 1e-12 ? lagProfile.map((value) => value / sum) : lagProfile,
      });
    }
  }
  return {
    unit: shop.unit,
    edges: out.edges,
    clusters: out.clusters,
    responses: { nodes, edges },
    curves,
    diagnostics: describeGaps(given, layout, stepsNeeded(design.ownLags, terms)),
  };
}

/** Steady-state change of `to` in its standard deviations per standard deviation of `from`, at the mean of `from`. */
function slopeAtMean(curves: NeuralCurves, shop: PreparedShop, from: number, to: number): number {
  if (!(shop.spread[from]! > 0) || !(shop.spread[to]! > 0)) return 0;
  const { origin, unit, trend } = shop.measures[from]!;
  const mean = (trend[0]! - origin) / unit;
  const step = 1e-3;
  const rise = bentActivity(curves, from, to, mean + step) - bentActivity(curves, from, to, mean - step);
  const perActivity = (curves.height[from * shop.measures.length + to]! * rise) / (2 * step);
  return (perActivity * shop.spread[from]!) / unit / shop.spread[to]!;
}

function bentActivity({ shapes, measures, target }: NeuralCurves, from: number, to: number, activity: number): number {
  if (!shapes) return activity;
  const at = (to === target ? measures.length : 0) + from;
  const size = Math.abs(activity);
  if (size === 0) return 0;
  return Math.sign(activity) / (1 + (shapes.half[at]! / size) ** shapes.slope[at]!);
}

/**
 * Steady-state response of one node to another held at each level, other things equal; direct effect only, as if the
 * edge were there.
 *
 * @param levels in the source's own units
 */
export function neuralCurve(curves: NeuralCurves, from: number, to: number, levels: ArrayLike<number>): ResponseCurve {
  const level = Float64Array.from(levels);
  const { origin, unit } = curves.measures[from]!;
  const height = curves.height[from * curves.measures.length + to]!;
  const start = origin === 0 ? 0 : Math.min(...level);
  const value = (x: number): number => height * bentActivity(curves, from, to, (x - origin) / unit);
  return { level, response: level.map((x) => value(x) - value(start)) };
}
