import { scenarioModel } from "@mmm/model";
import { type Interval, openScenarios, scenarioCsv } from "@mmm/model/scenario";
import { expect, test } from "vitest";
import { smallFit } from "../fixture/small-fit.js";
import { scriptJson } from "../html/escape.js";
import { type PackedScenario, packScenario, unpackScenario } from "./packed-scenario.js";

test("a model that went through a page answers as before, bounds included", async () => {
  const model = scenarioModel(await smallFit());
  const back = unpackScenario(JSON.parse(scriptJson(packScenario(model))) as PackedScenario);
  const [before, after] = [openScenarios(model), openScenarios(back)];
  const close = (given: Interval, expected: Interval): void => {
    for (const bound of ["mean", "lower", "upper"] as const) {
      expect(Math.abs(given[bound] - expected[bound])).toBeLessThan(1e-4 * expected.mean);
    }
  };
  const multiples = [0.4, 1.7];
  close(after.forecast(multiples).total, before.forecast(multiples).total);
  multiples.forEach((multiple, c) => {
    close(after.contribution(c, multiple), before.contribution(c, multiple));
    close(after.returns(c, multiple).roi!, before.returns(c, multiple).roi!);
  });
  const cells = (text: string): number[] => text.split(/[,\n]/).map(Number);
  const given = cells(scenarioCsv(back, multiples));
  cells(scenarioCsv(model, multiples)).forEach((value, i) => {
    if (value > 0) expect(given[i]! / value).toBeCloseTo(1, 4);
  });
});
