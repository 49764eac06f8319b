import { dataError, usageError } from "@mmm/core";
import type { Shop, ShopLayout } from "./shop.js";

/** Refuse a layout no engine can use. */
export function checkLayout(layout: ShopLayout): void {
  const { nodes, target } = layout;
  if (nodes.length < 2) {
    throw usageError("TOO_FEW_NODES", `The layout names ${nodes.length} node(s); an edge needs at least 2.`);
  }
  if (nodes.length > 31) {
    throw usageError(
      "TOO_MANY_NODES",
      `The layout names ${nodes.length} nodes; at most 31 are supported.`,
      "Leave out nodes, or add up small channels.",
    );
  }
  const twice = nodes.find((name, i) => nodes.indexOf(name) !== i);
  if (twice !== undefined) throw usageError("DUPLICATE_NODE", `Node '${twice}' is named twice.`, "Rename one of them.");
  if (!nodes.includes(target)) {
    throw usageError("UNKNOWN_NODE", `The target '${target}' is no node; the nodes are: ${nodes.join(", ")}.`);
  }
}

/** Refuse a shop whose numbers do not fit the layout. NaN means missing and is allowed. */
export function checkShop(shop: Shop, layout: ShopLayout): void {
  const nodes = layout.nodes.length;
  const { unit, values } = shop;
  if (values.length % nodes !== 0 || values.length === 0) {
    throw dataError(
      "SHAPE",
      `Shop '${unit}' has ${values.length} values, which is no positive multiple of the ${nodes} nodes (${layout.nodes.join(", ")}).`,
      "Give one value per node and step, NaN where missing.",
      { unit },
    );
  }
  for (let i = 0; i < values.length; i++) {
    if (values[i] === Number.POSITIVE_INFINITY || values[i] === Number.NEGATIVE_INFINITY) {
      throw dataError(
        "NOT_FINITE",
        `Shop '${unit}' has ${values[i]} in '${layout.nodes[i % nodes]}' at step ${Math.floor(i / nodes)}.`,
        "Use NaN for a missing value, or mend the number.",
        { unit, column: layout.nodes[i % nodes]! },
      );
    }
  }
  const wanted = layout.contextNames?.length ?? 0;
  const given = shop.context?.length ?? 0;
  if (given !== wanted || shop.context?.some((value) => !Number.isFinite(value))) {
    throw dataError(
      "CONTEXT",
      `Shop '${unit}' has context [${shop.context?.join(", ") ?? ""}]; the layout wants ${wanted} finite number(s)${wanted ? `: ${layout.contextNames!.join(", ")}` : ""}.`,
      "Give every shop the same context, or leave it out of the layout.",
      { unit },
    );
  }
}

/** Refuse data whose nodes are not those the model was learned on. */
export function checkSameNodes(known: ShopLayout, given: ShopLayout): void {
  const missing = known.nodes.filter((name) => !given.nodes.includes(name));
  const extra = given.nodes.filter((name) => !known.nodes.includes(name));
  if (missing.length > 0 || extra.length > 0) {
    throw dataError(
      "UNKNOWN_CHANNELS",
      `The model knows the nodes ${known.nodes.join(", ")}; these shops ${[
        missing.length > 0 ? `lack ${missing.join(", ")}` : "",
        extra.length > 0 ? `add ${extra.join(", ")}` : "",
      ]
        .filter(Boolean)
        .join(" and ")}.`,
      "Learn a new model on this set of channels; a channel a shop never used can be a column of zeros.",
    );
  }
  const moved = known.nodes.findIndex((name, i) => name !== given.nodes[i]);
  if (moved >= 0) {
    throw dataError(
      "NODE_ORDER",
      `Node ${moved + 1} is '${given.nodes[moved]}', but the model expects '${known.nodes[moved]}'.`,
      `Give the columns in the order ${known.nodes.join(", ")}.`,
    );
  }
}

/** Refuse missing values where they are not welcome, and nodes that are constant in every shop. */
export function checkColumns(shops: readonly Shop[], nodes: readonly string[], missing: "refuse" | "skip"): void {
  const varies = new Uint8Array(nodes.length);
  for (const { unit, values } of shops) {
    for (let i = 0; i < values.length; i++) {
      const node = i % nodes.length;
      if (missing === "refuse" && Number.isNaN(values[i])) {
        throw dataError(
          "NOT_FINITE",
          `Column '${nodes[node]}' is NaN at step ${Math.floor(i / nodes.length)} of unit '${unit}'; every value must be a finite number.`,
          'Fill the gap, or set missing to "skip".',
          { unit, column: nodes[node]! },
        );
      }
      if (i >= nodes.length && values[i] !== values[i - nodes.length]) varies[node] = 1;
    }
  }
  const constant = varies.indexOf(0);
  if (shops.length > 0 && constant >= 0) {
    throw dataError(
      "CONSTANT_COLUMN",
      `Column '${nodes[constant]}' is constant within every unit; it can neither cause nor be caused.`,
      "Leave it out.",
      { column: nodes[constant]! },
    );
  }
}

/** Steps a history needs before it says anything: own lags, nuisance terms and a few free observations. */
export function stepsNeeded(ownLags: number, deterministic: number): number {
  return 2 * ownLags + deterministic + 6;
}
