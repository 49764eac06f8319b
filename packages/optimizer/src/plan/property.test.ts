import { isMmmError } from "@mmm/core";
import { expect, it } from "vitest";
import { audit } from "../fixture/audit.js";
import { randomProblem } from "../fixture/random-request.js";
import { planBudget } from "./plan.js";

it("breaks no condition, never falls below today's plan, and names what is impossible", async () => {
  let solved = 0;
  let refused = 0;
  for (let seed = 0; seed < 70; seed++) {
    const problem = randomProblem(seed);
    try {
      const plan = await planBudget(problem.model, problem.request, { sensitivity: false, restarts: 2 });
      const { violation, loss } = audit(problem, plan);
      expect(violation, `violation of problem ${seed}`).toBeLessThan(1e-6);
      expect(loss, `loss of problem ${seed}`).toBeLessThan(1e-9);
      solved++;
    } catch (error) {
      if (!isMmmError(error)) throw error;
      expect(["INFEASIBLE_PLAN", "TARGET_OUT_OF_REACH"]).toContain(error.code);
      expect(error.message.length).toBeGreaterThan(40);
      refused++;
    }
  }
  expect(solved).toBeGreaterThan(40);
  expect(refused).toBeGreaterThan(5);
});
