import type { CausalEdge } from "@mmm/core";

/** Selected edges between different nodes; an undirected one once, with the probability of either direction. */
export function drawnEdges({ edges }: { readonly edges: readonly CausalEdge[] }): CausalEdge[] {
  const key = ({ from, to, lag }: CausalEdge): string => JSON.stringify([from, to, lag]);
  const reverse = new Map(edges.map((edge) => [JSON.stringify([edge.to, edge.from, edge.lag]), edge]));
  const seen = new Set<string>();
  return edges.flatMap((edge) => {
    if (!edge.selected || edge.from === edge.to) return [];
    if (edge.directed !== false) return [edge];
    const other = reverse.get(key(edge));
    if (other && seen.has(key(other))) return [];
    seen.add(key(edge));
    const either = edge.probability === null ? null : Math.min(1, edge.probability + (other?.probability ?? 0));
    return [{ ...edge, probability: either }];
  });
}
