// The engines the command knows, and how it lists them.

import { eqvar, granger, lassoVar, lingam, orderBic, pc, pcmciPlus, svarOrder, varLingam } from "@mmm/causal";
import { grangerVi } from "@mmm/causal-granger-vi";
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
  ]);
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

/** One line per engine: id, what it is, which edges, and what it needs or cannot do. */
export function engineTable(engines: Registry<CausalEngine>, width: number): string {
  return textTable(
    [
      { head: "engine", align: "left" },
      { head: "method", align: "left" },
      { head: "edges", align: "left" },
      { head: "scale-free", align: "left" },
      { head: "notes", align: "left" },
    ],
    engines
      .list()
      .map(({ id, title, capabilities }) => [
        id,
        shortened(title, 34),
        { contemporaneous: "same period", lagged: "past", both: "both" }[capabilities.edges],
        capabilities.scaleInvariant ? "yes" : "no",
        [
          capabilities.perUnitGraphs && "graph per unit",
          capabilities.needsNonGaussian && "non-Gaussian",
          capabilities.constraints.length < 3 && `no ${missing(capabilities.constraints)}`,
        ]
          .filter(Boolean)
          .join(", "),
      ]),
    { width },
  );
}

const missing = (known: readonly string[]): string =>
  ["tiers", "required", "forbidden"].filter((kind) => !known.includes(kind)).join("/");

const shortened = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);
