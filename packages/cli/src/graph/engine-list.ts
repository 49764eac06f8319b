// The engines the command knows, and how it lists them.

import { eqvar, granger, lassoVar, lingam, orderBic, pc, pcmciPlus, svarOrder, varLingam } from "@mmm/causal";
import type { EngineReference } from "@mmm/causal/node";
import { grangerVi, grangerViNeural } from "@mmm/causal-granger-vi";
import {
  dagma,
  dagmaMlp,
  dynotears,
  golem,
  likelihood,
  notears,
  notearsAdditive,
  notearsMlp,
  temporalLikelihood,
} from "@mmm/causal-notears";
import { type CausalEngine, createRegistry, type Registry, usageError } from "@mmm/core";
import { textTable } from "../terminal/table.js";

export interface EngineFlags {
  /** Most periods back, for engines of time series. */
  readonly lags?: number;
}

/** All engines, same-period ones first. */
export function engineRegistry({ lags }: EngineFlags = {}): Registry<CausalEngine> {
  const atMost = lags === undefined ? {} : { lags: { atMost: lags } };
  const exactly = lags === undefined ? {} : { lags };
  return createRegistry("causal engine", [
    orderBic(),
    lingam(),
    pc(),
    likelihood(),
    eqvar(),
    notears(),
    notearsAdditive(),
    notearsMlp(),
    dagma(),
    dagmaMlp(),
    golem(),
    svarOrder(atMost),
    varLingam(atMost),
    pcmciPlus(atMost),
    temporalLikelihood(exactly),
    dynotears(exactly),
    granger(atMost),
    lassoVar(atMost),
    grangerVi(),
    grangerViNeural(),
  ]);
}

/** Where a worker thread finds one of these engines. */
export function engineInThread(id: string, flags: { readonly lags: number | undefined }): EngineReference {
  return { module: import.meta.url, exportName: "engineWith", settings: { id, ...flags } };
}

/** One engine by its id; called in worker threads. */
export function engineWith({ id, lags }: EngineFlags & { readonly id: string }): CausalEngine {
  return engineRegistry(lags === undefined ? {} : { lags }).get(id);
}

/**
 * The engines with these ids, separated by commas.
 *
 * @throws MmmError `NO_SUCH_ENGINE` listing every engine
 */
export function findEngines(ids: string, engines: Registry<CausalEngine>, width: number): CausalEngine[] {
  const names = ids
    .split(",")
    .map((id) => id.trim())
    .filter((id) => id !== "");
  return names.map((id) => {
    const engine = engines.list().find((candidate) => candidate.id === id);
    if (engine) return engine;
    throw usageError(
      "NO_SUCH_ENGINE",
      `There is no causal engine '${id}'. The engines are:\n${engineTable(engines, width)}`,
      "Use one of these ids, or leave --engine out to get the recommended one.",
    );
  });
}

/** What each engine does, in a line; the title of an engine that is not listed. */
const purposes: Readonly<Record<string, string>> = {
  "order-bic": "best order by BIC; leaves ties open",
  lingam: "directions from non-Gaussian noise",
  pc: "independence tests; leaves ties open",
  likelihood: "sparse Gaussian likelihood",
  eqvar: "equal noise levels, one unit only",
  notears: "least squares with acyclicity",
  "notears-additive": "NOTEARS with curves",
  "notears-mlp": "NOTEARS with neural networks",
  dagma: "log-determinant acyclicity",
  "dagma-mlp": "DAGMA with neural networks",
  "golem-ev": "likelihood, equal noise levels",
  "svar-order": "best order by BIC, with the past",
  varlingam: "lingam after autoregression",
  "pcmci+": "independence tests; no --require",
  "temporal-likelihood": "likelihood, with the past",
  dynotears: "NOTEARS, with the past",
  granger: "VAR F-tests; no --require",
  "lasso-var": "sparse VAR; no --require",
  "granger-vi": "a graph per unit, with probabilities",
  "granger-vi-neural": "granger-vi's pupil, a neural network",
};

/** One line per engine: which edges it finds, whether units of measure matter, and what it does. */
export function engineTable(engines: Registry<CausalEngine>, width: number): string {
  const left = { align: "left" } as const;
  return textTable(
    [
      { head: "engine", ...left },
      { head: "edges", ...left },
      { head: "scale-free", ...left },
      { head: "method", ...left },
    ],
    engines
      .list()
      .map(({ id, title, capabilities }) => [
        id,
        { contemporaneous: "now", lagged: "past", both: "both" }[capabilities.edges],
        capabilities.scaleInvariant ? "yes" : "no",
        purposes[id] ?? title,
      ]),
    { width },
  );
}
