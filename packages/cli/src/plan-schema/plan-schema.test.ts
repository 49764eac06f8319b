import { readFileSync } from "node:fs";
import { compareScenarios, efficientFrontier, planBudget } from "@mmm/optimizer";
import { randomModel } from "@mmm/optimizer/fixture";
import { expect, it } from "vitest";
import { planJsonSchema, planSchema } from "./plan-schema.js";

it("describes plans, frontiers and scenarios as they are written", async () => {
  const model = { ...randomModel(3, { channels: 3, draws: 4 }), valuePerKpi: 2 };
  const solved = await planBudget(model, { goal: { kind: "budget" } });
  const frontier = await efficientFrontier(model);
  const scenarios = (await compareScenarios(model, [])).map(({ plan: _, ...row }) => row);
  const plan = JSON.parse(JSON.stringify({ ...solved, frontier, scenarios }));
  expect(planSchema.parse(plan)).toEqual(plan);
  expect(planSchema.safeParse({ ...plan, certificate: {} }).success).toBe(false);
  expect(planSchema.safeParse({ ...plan, timing: "sometimes" }).success).toBe(false);
  expect(planSchema.safeParse({ ...plan, later: 1 }).success).toBe(true);
});

it("the shipped JSON Schema is the one that scripts/write-schemas.mjs makes", () => {
  const shipped = readFileSync(new URL("../../schemas/mmm.plan.v1.schema.json", import.meta.url), "utf8");
  expect(JSON.parse(shipped)).toEqual(JSON.parse(JSON.stringify(planJsonSchema())));
});
