import { hill } from "@mmm/transforms/plain";
import { expect, it } from "vitest";
import { gridResponse, planBudget } from "./index.js";

it("the example of the README gives the numbers it prints", async () => {
  const channel = (name: string, effect: number, halfSaturation: number) => ({
    name,
    family: hill(),
    concave: true,
    price: new Float64Array([1]),
    activityScale: new Float64Array([1]),
    draws: [{ weights: new Float64Array([1]), saturation: [1, halfSaturation], effect: new Float64Array([effect]) }],
    current: new Float64Array([100]),
    observed: { lower: new Float64Array([0]), upper: new Float64Array([250]) },
  });
  const model = gridResponse({
    units: ["all"],
    periods: ["year"],
    channels: [channel("tv", 400, 200), channel("search", 300, 50)],
  });
  const [tv, search] = (await planBudget(model, { goal: { kind: "budget" } })).channels;
  // Equal slopes: √(400·200)/(x + 200) = √(300·50)/(y + 50) with x + y = 200.
  const a = Math.sqrt(400 * 200);
  const b = Math.sqrt(300 * 50);
  const x = (a * 250 - b * 200) / (a + b);
  expect(tv!.optimal.spend).toBeCloseTo(x, 6);
  expect(search!.optimal.spend).toBeCloseTo(200 - x, 6);
});
