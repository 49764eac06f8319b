// One engine on one cell: mean scores over its seeds and the CPU time of discovery alone.

import { type GraphScore, scoreGraph } from "@mmm/causal";
import type { SimulatedData } from "@mmm/causal/simulate";
import { type CausalEngine, isMmmError } from "@mmm/core";

export interface Figures {
  readonly engine: string;
  readonly seeds: number;
  readonly shd: number;
  readonly shdPerSeed: readonly number[];
  readonly shdCpdag: number;
  readonly tpr: number;
  readonly fdr: number;
  readonly fpr: number;
  readonly auroc: number;
  readonly auprc: number;
  readonly lagAuroc: number | null;
  readonly lagShd: number | null;
  readonly cpuSeconds: number;
  readonly problem: string | null;
}

/** Mean figures of an engine over data sets; the first failure ends it and is kept as `problem`. */
export async function measure(engine: CausalEngine, sets: readonly SimulatedData[]): Promise<Figures> {
  const scores: GraphScore[] = [];
  let cpu = 0;
  let problem: string | null = null;
  for (const { data, truth } of sets) {
    const start = process.cpuUsage();
    try {
      const graph = await engine.discover(data, { seed: scores.length });
      const { user, system } = process.cpuUsage(start);
      cpu += (user + system) / 1e6 / sets.length;
      scores.push(scoreGraph(graph, truth));
    } catch (error) {
      if (!isMmmError(error)) throw error;
      problem = error.message;
      break;
    }
  }
  const mean = (figure: (score: GraphScore) => number): number =>
    scores.reduce((sum, score) => sum + figure(score), 0) / scores.length;
  const lagged = scores.length > 0 && scores.every((score) => score.lagged !== null);
  return {
    engine: engine.id,
    seeds: scores.length,
    shd: mean((score) => score.shd),
    shdPerSeed: scores.map((score) => score.shd),
    shdCpdag: mean((score) => score.shdCpdag),
    tpr: mean((score) => score.tpr),
    fdr: mean((score) => score.fdr),
    fpr: mean((score) => score.fpr),
    auroc: mean((score) => score.auroc),
    auprc: mean((score) => score.auprc),
    lagAuroc: lagged ? mean((score) => score.lagged!.auroc) : null,
    lagShd: lagged ? mean((score) => score.lagged!.shd) : null,
    cpuSeconds: cpu,
    problem,
  };
}
