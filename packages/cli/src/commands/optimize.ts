import { join } from "node:path";
import { createTable, toCsv } from "@mmm/data";
import { checkWritable, writeFilesAtomic } from "@mmm/data/node";
import { loadFit } from "@mmm/model/node";
import { efficientFrontier, type FrontierPoint, planBudget, planToCsv, responseModelOf } from "@mmm/optimizer";
import { addPlanOptions, type PlanFlags, readPlanOptions } from "../plan-options/plan-options.js";
import { type AddCommand, action, addCommonOptions, type CommonFlags } from "../program/command.js";
import { planSummary } from "../summary/plan-summary.js";
import type { Run } from "../terminal/run.js";
import { wrap } from "../terminal/wrap.js";

type OptimizeFlags = PlanFlags & CommonFlags & { readonly out: string; readonly frontier?: true };

/** `mmm optimize FIT_DIR --out DIR` */
export const addOptimize: AddCommand = (program, terminal) => {
  const command = program
    .command("optimize <fit-directory>")
    .description("plan what to spend, from a saved fit: plan.json and plan.csv, with a certificate")
    .requiredOption("--out <directory>", "where to write plan.json and plan.csv")
    .option("--frontier", "also write frontier.csv: the best plan for each of 11 budgets");
  addCommonOptions(addPlanOptions(command))
    .addHelpText(
      "after",
      `
Money and KPI are totals over the horizon; KPI is incremental, compared with no
spend at all. Without --bounds every channel may move from half to twice its
part of the budget. Today's plan is the spend of the last periods as it fell; the
plan keeps each channel's pattern unless --timing or --per-period says otherwise.

A bounds file (JSON), every key optional:
  { "limits": { "tv": { "min": 1000, "max": 5000 }, "search": { "fixed": true },
                "radio": { "minimum": 800 }, "*": { "change": [-0.3, 0.3] } },
    "groups": [{ "name": "digital", "channels": ["search", "social"],
                 "minShare": 0.4 }],
    "ratios": [{ "numerator": ["tv"], "denominator": ["search"], "max": 2 }] }

Example:
  mmm optimize fit --budget 1200000 --bounds bounds.json --out plan`,
    )
    .action(action(terminal, optimize));
};

async function optimize(run: Run, flags: OptimizeFlags, directory: string): Promise<void> {
  checkWritable(flags.out);
  const { request, response } = readPlanOptions(flags);
  const model = responseModelOf(loadFit(directory), response);
  const options = flags.seed === undefined ? {} : { seed: flags.seed };
  const plan = await planBudget(model, request, options, run.hooks);
  const files: Record<string, string> = {
    "plan.json": `${JSON.stringify(plan, null, 2)}\n`,
    "plan.csv": planToCsv(plan),
  };
  if (flags.frontier) {
    const { goal: _, ...limits } = request;
    files["frontier.csv"] = frontierCsv(await efficientFrontier(model, limits, undefined, options, run.hooks));
  }
  writeFilesAtomic(flags.out, files);
  run.emit("done", { directory: flags.out, files: Object.keys(files), plan });
  run.say(planSummary(plan, run.width));
  const others = Object.keys(files).filter((name) => name !== "plan.csv");
  run.say(wrap(`\nAmounts: ${join(flags.out, "plan.csv")}\nAlso in ${flags.out}: ${others.join(", ")}`, run));
}

function frontierCsv(points: readonly FrontierPoint[]): string {
  const channels = Object.keys(points[0]?.channels ?? {});
  return toCsv(
    createTable({
      budget: points.map(({ spend }) => spend),
      kpi: points.map(({ kpi }) => kpi.mean),
      kpi_lower: points.map(({ kpi }) => kpi.lower),
      kpi_upper: points.map(({ kpi }) => kpi.upper),
      roi: points.map(({ roi }) => roi?.mean ?? null),
      marginal_kpi: points.map(({ marginalKpi }) => marginalKpi),
      ...Object.fromEntries(channels.map((name) => [name, points.map((point) => point.channels[name]!)])),
    }),
  );
}
