import { describe, expect, it } from "vitest";
import { orderBic } from "../engines/order-bic.js";
import { simulateLinear } from "../simulate/index.js";
import { edgeRules, refuseUnsupported } from "./edge-rules.js";
import { marketingConstraints } from "./marketing.js";

const columns = ["season", "tv", "search", "sales"];

describe("constraints", () => {
  it("tiers forbid later → earlier and leave unnamed columns free", () => {
    const { allowed } = edgeRules(columns, { tiers: [["tv"], ["search"]] });
    expect(allowed[2 * 4 + 1]).toBe(0);
    expect(allowed[1 * 4 + 2]).toBe(1);
    expect(allowed[2 * 4 + 0]).toBe(1);
  });

  it("a required edge forbids its reverse", () => {
    const { allowed, required, free } = edgeRules(columns, { required: [["tv", "sales"]] });
    expect(required[1 * 4 + 3]).toBe(1);
    expect(allowed[3 * 4 + 1]).toBe(0);
    expect(free).toBe(false);
    expect(edgeRules(columns, undefined).free).toBe(true);
  });

  it("names the columns it does not know", () => {
    expect(() => edgeRules(columns, { forbidden: [["tv", "radio"]] })).toThrow(
      "The forbidden edge names 'radio', which is no column; the columns are: season, tv, search, sales.",
    );
  });

  it("refuses contradictions: required and forbidden, required against tiers, a column in two tiers, a self edge", () => {
    expect(() => edgeRules(columns, { required: [["tv", "sales"]], forbidden: [["tv", "sales"]] })).toThrow(
      "'tv → sales' is required, but also forbidden",
    );
    expect(() => edgeRules(columns, { required: [["sales", "tv"]], tiers: [["tv"], ["sales"]] })).toThrow(
      "the tiers put its effect before its cause",
    );
    expect(() => edgeRules(columns, { tiers: [["tv"], ["tv", "sales"]] })).toThrow("in tier 1 and in tier 2");
    expect(() => edgeRules(columns, { required: [["tv", "tv"]] })).toThrow("joins a column to itself");
  });

  it("refuses required edges that form a cycle, and shows the cycle", async () => {
    const cyclic = {
      required: [
        ["v0", "v1"],
        ["v1", "v2"],
        ["v2", "v0"],
      ] as const,
    };
    const { data } = simulateLinear({ family: "ER1", size: 4, seed: 0, rows: 50 });
    await expect(orderBic().discover(data, { constraints: cyclic })).rejects.toMatchObject({
      code: "CYCLIC_REQUIRED",
      message: expect.stringContaining("v0 → v1 → v2 → v0"),
    });
  });

  it("an engine that cannot honour a kind of constraint says which it can", () => {
    expect(() => refuseUnsupported("granger", { required: [["a", "b"]] }, ["tiers"])).toThrow(
      "cannot honour required constraints; it takes: tiers",
    );
  });
});

it("the marketing preset: no edge out of the KPI, none into a control, the funnel one way", () => {
  const constraints = marketingConstraints({
    kpi: "sales",
    media: ["tv", "search"],
    controls: ["season"],
    funnel: [["tv"], ["search"]],
  });
  const { allowed } = edgeRules(columns, constraints);
  const arrows = columns.flatMap((from, i) =>
    columns.filter((_, j) => allowed[i * 4 + j]).map((to) => `${from} → ${to}`),
  );
  expect(arrows.sort()).toEqual([
    "search → sales",
    "season → sales",
    "season → search",
    "season → tv",
    "tv → sales",
    "tv → search",
  ]);
});
