// A DAG to compute with, from whatever an engine drew.

import { isMmmError } from "@mmm/core";
import { type Adjacency, sizeOf } from "./adjacency.js";
import { cpdagToDag } from "./equivalence.js";
import { dropWeakestUntilAcyclic, isAcyclic } from "./order.js";

/**
 * The graph itself when it is a DAG, a member of its class when it is a CPDAG, and otherwise (tests that contradict one
 * another) its edges, undirected ones from the lower index to the higher, less those that close a cycle.
 */
export function asDag(marks: Adjacency): Adjacency {
  if (isAcyclic(marks)) return marks;
  try {
    return cpdagToDag(marks);
  } catch (error) {
    if (!isMmmError(error)) throw error;
  }
  const size = sizeOf(marks);
  const directed = Float64Array.from(marks);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) if (marks[i * size + j] && marks[j * size + i]) directed[i * size + j] = 0;
  }
  return Uint8Array.from(dropWeakestUntilAcyclic(directed));
}
