// How well scored edges match known ones: per shop over the ordered off-diagonal pairs, then the mean over shops.

import { auprc, auroc } from "@mmm/causal";

export interface EdgeScores {
  readonly auroc: number;
  readonly auprc: number;
  /** AUROC of the sources inside one target's row; no credit for knowing which nodes are driven. */
  readonly withinTarget: number;
  /** Null when the scores are not probabilities. */
  readonly brier: number | null;
  /** Expected calibration error, ten bins of equal width, all pairs pooled. */
  readonly ece: number | null;
}

/** Scores and truths are `[from, to]` matrices, row-major, one pair per shop. */
export function scoreEdges(
  scores: readonly ArrayLike<number>[],
  truths: readonly ArrayLike<number>[],
  nodes: number,
  probabilities = true,
): EdgeScores {
  const pairs = Array.from({ length: nodes * nodes }, (_, p) => p).filter((p) => p % nodes !== Math.floor(p / nodes));
  const perShop = scores.map((score, s) => {
    const truth = truths[s]!;
    const y = pairs.map((p) => (truth[p] !== 0 ? 1 : 0));
    const x = pairs.map((p) => score[p]!);
    const rows = Array.from({ length: nodes }, (_, to) => {
      const own = pairs.filter((p) => p % nodes === to);
      return auroc(
        own.map((p) => score[p]!),
        own.map((p) => (truth[p] !== 0 ? 1 : 0)),
      );
    });
    return { auroc: auroc(x, y), auprc: auprc(x, y), withinTarget: mean(rows), x, y };
  });
  const x = perShop.flatMap((shop) => shop.x);
  const y = perShop.flatMap((shop) => shop.y);
  return {
    auroc: mean(perShop.map((shop) => shop.auroc)),
    auprc: mean(perShop.map((shop) => shop.auprc)),
    withinTarget: mean(perShop.map((shop) => shop.withinTarget)),
    brier: probabilities ? mean(x.map((p, i) => (p - y[i]!) ** 2)) : null,
    ece: probabilities ? calibrationError(x, y) : null,
  };
}

function calibrationError(p: readonly number[], y: readonly number[]): number {
  const bins = Array.from({ length: 10 }, () => ({ count: 0, p: 0, y: 0 }));
  p.forEach((value, i) => {
    const bin = bins[Math.min(9, Math.max(0, Math.floor(value * 10)))]!;
    bin.count++;
    bin.p += value;
    bin.y += y[i]!;
  });
  return bins.reduce((sum, bin) => sum + Math.abs(bin.p - bin.y), 0) / p.length;
}

/** Mean of the finite values; NaN when there are none. */
function mean(values: readonly number[]): number {
  const finite = values.filter(Number.isFinite);
  return finite.reduce((sum, value) => sum + value, 0) / finite.length;
}
