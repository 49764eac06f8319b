import { createPanel } from "@mmm/core";
import { simulatePanel } from "@mmm/data";
import { expect, it } from "vitest";
import { fitStructural } from "../fit/fit.js";
import { viewFit } from "../result/result.js";
import { priorQuestions } from "./prior-questions.js";

const { panel } = simulatePanel({ units: 3, periods: 60, channels: 2, controls: 0 }, 7);

it("asks for a return where there is a cost and for a share where there is none", () => {
  const [first, second] = panel.roles.channels;
  const half = createPanel({ ...panel, roles: { ...panel.roles, channels: [first!, { ...second!, spend: null }] } });
  const questions = priorQuestions(half);
  expect(questions[first!.name]!.question).toMatch(/^What y per 1 spent on 'spend_0' .* It had 100% of all spend/);
  expect(questions[second!.name]).toMatchObject({ share: [0.002, 0.3] });
  expect(questions[second!.name]).not.toHaveProperty("roi");
});

it("its ranges are so wide that a fit with them says what one without says", async () => {
  const priors = Object.fromEntries(
    Object.entries(priorQuestions(panel)).map(([name, { roi }]) => [name, { roi: roi! }]),
  );
  const { calibration } = viewFit(await fitStructural(panel, { draws: 60, priors })).result;
  for (const { share } of calibration!.channels) {
    expect(Math.abs(share.after.mean - share.before.mean)).toBeLessThan(
      0.25 * (share.before.upper - share.before.lower),
    );
  }
});
