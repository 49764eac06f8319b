// What is known beforehand, turned into marks that every engine can look up, with contradictions refused up front.

import { type CausalConstraints, dataError, type MmmError, usageError } from "@mmm/core";
import { type Adjacency, adjacencyFromPairs } from "../graph/adjacency.js";
import { findCycle } from "../graph/order.js";

/** Constraints over column indices. */
export interface EdgeRules {
  /** `[size, size]`; 0 forbids i → j. The diagonal is 0. */
  readonly allowed: Adjacency;
  /** `[size, size]`; 1 demands i → j. */
  readonly required: Adjacency;
  /** True when nothing is known. */
  readonly free: boolean;
}

/**
 * Check constraints and turn them into marks.
 *
 * Columns that no tier names are free of the tiers. In a lagged graph, tiers and forbidden edges hold at every lag
 * (an edge from a column's own past is never forbidden by them) and a required edge at the smallest lag drawn.
 *
 * @throws MmmError `UNKNOWN_NODE`, `SELF_EDGE`, `DUPLICATE_TIER`, `CONTRADICTION` or `CYCLIC_REQUIRED`
 * @example edgeRules(["tv", "sales"], { forbidden: [["sales", "tv"]] })
 */
export function edgeRules(columns: readonly string[], constraints: CausalConstraints | undefined): EdgeRules {
  const size = columns.length;
  const index = new Map(columns.map((name, position) => [name, position]));
  const look = (name: string, where: string): number => {
    const position = index.get(name);
    if (position !== undefined) return position;
    throw usageError(
      "UNKNOWN_NODE",
      `The ${where} names '${name}', which is no column; the columns are: ${columns.join(", ")}.`,
      "Correct the name, or leave the constraint out.",
    );
  };
  const pair = (edge: readonly [string, string], where: string): [number, number] => {
    const [from, to] = [look(edge[0], where), look(edge[1], where)];
    if (from !== to) return [from, to];
    throw usageError("SELF_EDGE", `The ${where} '${edge[0]} → ${edge[1]}' joins a column to itself.`, "Remove it.");
  };

  const allowed = new Uint8Array(size * size).fill(1);
  for (let i = 0; i < size; i++) allowed[i * size + i] = 0;

  const tierOf = new Map<number, number>();
  for (const [tier, names] of (constraints?.tiers ?? []).entries()) {
    for (const name of names) {
      const node = look(name, `tier ${tier + 1}`);
      const before = tierOf.get(node);
      if (before !== undefined) {
        throw usageError(
          "DUPLICATE_TIER",
          `Column '${name}' is in tier ${before + 1} and in tier ${tier + 1}.`,
          "Keep it in one tier.",
        );
      }
      tierOf.set(node, tier);
    }
  }
  for (const [i, early] of tierOf) {
    for (const [j, late] of tierOf) if (early > late) allowed[i * size + j] = 0;
  }

  const forbidden = adjacencyFromPairs(
    size,
    (constraints?.forbidden ?? []).map((edge) => pair(edge, "forbidden edge")),
  );
  const required = adjacencyFromPairs(
    size,
    (constraints?.required ?? []).map((edge) => pair(edge, "required edge")),
  );
  for (let k = 0; k < required.length; k++) {
    if (required[k]) refuseContradiction(columns, k, forbidden[k] === 1, allowed[k] === 0);
    if (forbidden[k]) allowed[k] = 0;
  }
  const cycle = findCycle(required);
  if (cycle) {
    throw usageError(
      "CYCLIC_REQUIRED",
      `The required edges form a cycle: ${cycle.map((node) => columns[node]).join(" → ")}.`,
      "Remove one of them; a cause cannot be its own effect within a period.",
    );
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) if (required[i * size + j]) allowed[j * size + i] = 0;
  }
  const free = required.every((mark) => mark === 0) && allowed.every((mark, k) => mark === 1 || k % (size + 1) === 0);
  return { allowed, required, free };
}

function refuseContradiction(
  columns: readonly string[],
  mark: number,
  forbidden: boolean,
  againstTiers: boolean,
): void {
  if (!forbidden && !againstTiers) return;
  const from = columns[Math.floor(mark / columns.length)];
  const to = columns[mark % columns.length];
  throw usageError(
    "CONTRADICTION",
    `The edge '${from} → ${to}' is required, but ${forbidden ? "also forbidden" : "the tiers put its effect before its cause"}.`,
    "Drop the requirement, or change what forbids it.",
  );
}

/** The error for an engine that cannot honour a kind of constraint it was given. */
export function refuseUnsupported(
  engine: string,
  constraints: CausalConstraints | undefined,
  supported: readonly ("tiers" | "required" | "forbidden")[],
): void {
  for (const kind of ["tiers", "required", "forbidden"] as const) {
    if ((constraints?.[kind]?.length ?? 0) > 0 && !supported.includes(kind)) throw unsupported(engine, kind, supported);
  }
}

function unsupported(engine: string, kind: string, supported: readonly string[]): MmmError {
  return dataError(
    "UNSUPPORTED_CONSTRAINT",
    `The engine '${engine}' cannot honour ${kind} constraints; it takes: ${supported.join(", ") || "none"}.`,
    "Leave them out, or choose an engine whose capabilities list them.",
  );
}
