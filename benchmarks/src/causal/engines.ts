// Which engines are measured. Others join by `--with MODULE#EXPORT`.

import {
  eqvar,
  granger,
  lassoVar,
  lingam,
  orderBic,
  pc,
  pcmciPlus,
  recommendEngine,
  sortedRegression,
  svarOrder,
  varLingam,
} from "@mmm/causal";
import { loadEngine } from "@mmm/causal/node";
import { dagma, dynotears, golem, likelihood, notears, temporalLikelihood } from "@mmm/causal-notears";
import { type CausalEngine, defineCausalEngine } from "@mmm/core";

export interface Contestant {
  readonly engine: CausalEngine;
  /** Larger data sets are left out. */
  readonly mostColumns: number;
}

/** The engine that `recommendEngine` picks for each data set, as one engine. */
export function recommended(temporal: boolean): CausalEngine {
  return defineCausalEngine({
    id: "recommended",
    specVersion: "v1",
    version: "1",
    title: "What recommendEngine picks",
    capabilities: { ...(temporal ? svarOrder({ lags: 1 }) : orderBic()).capabilities },
    citations: ["See the engines it picks from."],
    async discover(data, options, hooks) {
      const { engine } = await recommendEngine(data, { ...options, lags: 1 }, hooks);
      return engine.discover(data, options, hooks);
    },
  });
}

/** Engines for unordered rows or for series; lags are fixed at the protocol's 1. */
export function contestants(temporal: boolean): Contestant[] {
  const all = (engine: CausalEngine): Contestant => ({ engine, mostColumns: Number.POSITIVE_INFINITY });
  if (temporal) {
    return [
      recommended(true),
      svarOrder({ lags: 1 }),
      varLingam({ lags: 1 }),
      pcmciPlus({ lags: 1 }),
      granger({ lags: 1 }),
      lassoVar({ lags: 1 }),
      dynotears({ lags: 1 }),
      temporalLikelihood({ lags: 1 }),
    ].map(all);
  }
  return [
    all(recommended(false)),
    all(orderBic()),
    { engine: lingam(), mostColumns: 50 },
    all(eqvar()),
    all(pc()),
    all(notears()),
    { engine: defineCausalEngine({ ...notears({ refine: "none" }), id: "notears (paper)" }), mostColumns: 20 },
    { engine: dagma(), mostColumns: 20 },
    { engine: golem({ noise: "equal" }), mostColumns: 20 },
    { engine: likelihood(), mostColumns: 50 },
    all(sortedRegression({ by: "random" })),
    all(sortedRegression({ by: "variance" })),
    all(sortedRegression({ by: "r2" })),
  ];
}

/** An engine of another package: `MODULE#EXPORT`, where the export is an engine or a factory without arguments. */
export function engineNamed(reference: string): Promise<CausalEngine> {
  const [module = "", exportName = "default"] = reference.split("#");
  return loadEngine({ module, exportName });
}
