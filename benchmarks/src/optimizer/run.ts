// Budget plans: speed, S-curves against random restarts, random problems, and gains realised on simulated truth.
// Run: npm run optimizer (in this folder), optionally with --only speed,restarts,random,realised --panels 10
// --setting plain|hard|national --restarts 1000 --problems 500 --json FILE

import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { isMmmError } from "@mmm/core";
import type { SimulationOptions } from "@mmm/data";
import { planBudget } from "@mmm/optimizer";
import { audit, randomProblem } from "@mmm/optimizer/fixture";
import { realised } from "./realised.js";
import { againstRestarts } from "./restarts.js";
import { timings } from "./speed.js";

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "speed,restarts,random,realised" },
    panels: { type: "string", default: "10" },
    restarts: { type: "string", default: "1000" },
    problems: { type: "string", default: "500" },
    setting: { type: "string", default: "plain" },
    json: { type: "string" },
  },
});
const settings: Readonly<Record<string, SimulationOptions>> = {
  plain: {},
  hard: { noise: 0.06, drift: 0.2, collinearity: 0.5, outliers: 0.01 },
  national: { units: 1, periods: 156 },
};
const wanted = values.only.split(",");
const results: Record<string, unknown> = {};

if (wanted.includes("speed")) {
  const rows = await timings();
  console.table(rows);
  results["speed"] = rows;
}
if (wanted.includes("restarts")) {
  const rows = await againstRestarts(Number(values.restarts));
  console.table(rows);
  results["restarts"] = rows;
}
if (wanted.includes("random")) {
  const count = { solved: 0, refused: 0, worstViolation: 0, worstLoss: 0, codes: {} as Record<string, number> };
  for (let seed = 0; seed < Number(values.problems); seed++) {
    const problem = randomProblem(seed);
    try {
      const plan = await planBudget(problem.model, problem.request, { sensitivity: false, restarts: 2 });
      const { violation, loss } = audit(problem, plan);
      count.solved++;
      count.worstViolation = Math.max(count.worstViolation, violation);
      count.worstLoss = Math.max(count.worstLoss, loss);
    } catch (error) {
      if (!isMmmError(error)) throw error;
      count.refused++;
      count.codes[error.code] = (count.codes[error.code] ?? 0) + 1;
    }
  }
  console.log("random problems", count);
  results["random"] = count;
}
if (wanted.includes("realised")) {
  const rows = [];
  for (let seed = 1; seed <= Number(values.panels); seed++) {
    rows.push(await realised(seed, settings[values.setting] ?? {}));
    console.log(rows.at(-1));
  }
  const share = rows.reduce((sum, row) => sum + row.share, 0) / rows.length;
  const losses = rows.filter((row) => row.gain < 0).length;
  const covered = rows.filter((row) => row.covered).length;
  console.table(rows);
  console.log(
    `mean share of the best gain ${share.toFixed(3)}, losses ${losses} of ${rows.length}, gain inside its interval ${covered} of ${rows.length}`,
  );
  results["realised"] = { rows, share, losses, covered };
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
