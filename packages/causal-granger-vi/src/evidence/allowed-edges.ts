import { edgeRules } from "@mmm/causal";
import type { CausalConstraints } from "@mmm/core";
import type { ShopLayout } from "../shops/shop.js";

/** Which sources each target may have and must have. */
export interface AllowedEdges {
  readonly sources: readonly (readonly number[])[];
  readonly required: readonly (readonly number[])[];
}

/** Sources each target may and must have. */
export function allowedEdges(
  layout: ShopLayout,
  { constraints }: { readonly constraints: CausalConstraints | null },
): AllowedEdges {
  const size = layout.nodes.length;
  const index = layout.nodes.map((_, i) => i);
  const { allowed, required } = edgeRules(layout.nodes, constraints ?? undefined);
  return {
    sources: index.map((to) => index.filter((from) => from !== to && allowed[from * size + to] === 1)),
    required: index.map((to) => index.filter((from) => required[from * size + to] === 1)),
  };
}
