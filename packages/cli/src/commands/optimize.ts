import { join } from "node:path";
import { checkWritable, writeFilesAtomic } from "@mmm/data/node";
import { loadFit } from "@mmm/model/node";
import {
  compareScenarios,
  efficientFrontier,
  frontierToCsv,
  type Plan,
  type PlanOptions,
  type PlanRequest,
  planBudget,
  planToCsv,
  type ResponseModel,
  responseModelOf,
  type Scenario,
  scenariosToCsv,
} from "@mmm/optimizer";
import { renderPlanPage } from "@mmm/viz";
import { parseLocale } from "../data-options/data-options.js";
import { addPlanOptions, type PlanFlags, readPlanOptions } from "../plan-options/plan-options.js";
import { readScenarioFiles } from "../plan-options/scenario-files.js";
import { type AddCommand, action, addCommonOptions, type CommonFlags } from "../program/command.js";
import { type BrandFlags, brandOf } from "../report-files/brand.js";
import { planSummary } from "../summary/plan-summary.js";
import type { Run } from "../terminal/run.js";
import { wrap } from "../terminal/wrap.js";

type OptimizeFlags = PlanFlags &
  CommonFlags &
  BrandFlags & {
    readonly out: string;
    readonly frontier?: boolean;
    readonly compare?: readonly string[];
    readonly title?: string;
    readonly locale?: string;
  };

/** `mmm optimize FIT_DIR --out DIR` */
export const addOptimize: AddCommand = (program, terminal) => {
  const command = program
    .command("optimize <fit-directory>")
    .description("plan what to spend, from a saved fit: plan.html, plan.json and plan.csv, with a certificate")
    .requiredOption("--out <directory>", "where to write the plan")
    .option("--compare <files...>", "plans to put beside it: plan.json, CSV of channel and spend, or scenarios as JSON")
    .option(
      "--frontier",
      "the best plan for each of a dozen budgets (default unless periods or regions are planned apart)",
    )
    .option("--no-frontier", "leave it out")
    .option("--title <text>", "heading of plan.html")
    .option("--locale <tag>", "how plan.html writes numbers and dates, e.g. de-DE", parseLocale)
    .option("--brand-name <text>", "name above the heading")
    .option("--accent <colour>", "accent colour, e.g. #1f6fb2")
    .option("--logo <file>", "PNG, JPEG or SVG beside the name");
  addCommonOptions(addPlanOptions(command))
    .addHelpText(
      "after",
      `
Money and KPI are totals over the horizon; KPI is incremental, compared with no
spend at all. Without --bounds every channel may move from half to twice its
part of the budget. Today's plan is the spend of the last periods as it fell;
the plan keeps each channel's pattern unless --timing or --per-period says
otherwise.

A bounds file (JSON), every key optional:
  { "limits": { "tv": { "min": 1000, "max": 5000 }, "search": { "fixed": true },
                "radio": { "minimum": 800 }, "*": { "change": [-0.3, 0.3] } },
    "groups": [{ "name": "digital", "channels": ["search", "social"],
                 "minShare": 0.4 }],
    "ratios": [{ "numerator": ["tv"], "denominator": ["search"], "max": 2 }] }

A scenarios file for --compare:
  { "scenarios": [
      { "name": "agency", "spend": { "tv": 5000, "search": 2000 } },
      { "name": "10 % less", "goal": { "kind": "budget", "total": 90000 } }] }

Examples:
  mmm optimize fit --budget 1200000 --max-change 30% --out plan
  mmm optimize fit --profit --margin 40% --compare agency.csv --out plan`,
    )
    .action(action(terminal, optimize));
};

async function optimize(run: Run, flags: OptimizeFlags, directory: string): Promise<void> {
  checkWritable(flags.out);
  const { request, response } = readPlanOptions(flags);
  const scenarios = readScenarioFiles(flags.compare ?? []);
  const model = responseModelOf(loadFit(directory), response);
  const options = flags.seed === undefined ? {} : { seed: flags.seed };
  const solved = await planBudget(model, request, options, run.hooks);
  const desk = { model, request, options, run };
  const frontier = await frontierOf(desk, solved, flags.frontier);
  const compared = await scenariosOf(desk, solved, scenarios);
  const plan: Plan = { ...solved, ...(frontier && { frontier }), ...(compared && { scenarios: compared }) };
  const { title, locale } = flags;
  const brand = brandOf(flags);
  const files: Record<string, string> = {
    "plan.html": renderPlanPage(plan, {
      ...(title !== undefined && { title }),
      ...(locale !== undefined && { locale }),
      ...(brand && { brand }),
    }),
    "plan.json": `${JSON.stringify(plan, null, 2)}\n`,
    "plan.csv": planToCsv(plan),
    ...(frontier && { "frontier.csv": frontierToCsv(frontier) }),
    ...(compared && { "scenarios.csv": scenariosToCsv(compared) }),
  };
  writeFilesAtomic(flags.out, files);
  run.emit("done", { directory: flags.out, files: Object.keys(files), plan });
  run.say(planSummary(plan, run.width));
  const others = Object.keys(files).filter((name) => name !== "plan.html");
  run.say(
    wrap(
      `\nPlan: ${join(flags.out, "plan.html")} (open it in a browser)\nAlso in ${flags.out}: ${others.join(", ")}`,
      run,
    ),
  );
}

interface Desk {
  readonly model: ResponseModel;
  readonly request: PlanRequest;
  readonly options: PlanOptions;
  readonly run: Run;
}

async function frontierOf({ model, request, options, run }: Desk, plan: Plan, wanted: boolean | undefined) {
  const quick = model.cellResponse !== null && model.cells.length <= 50;
  if (!(wanted ?? quick)) return null;
  const { goal: _, ...limits } = request;
  const points = await efficientFrontier(model, limits, frontierBudgets(plan), options, run.hooks);
  return points.length > 1 ? points : null;
}

// From half the smaller to one and a half times the larger of today's budget and the plan's, both among them.
function frontierBudgets({ expected }: Plan): number[] {
  const both = [expected.current.spend, expected.optimal.spend].sort((a, b) => a - b);
  const [from, to] = [0.5 * both[0]!, 1.5 * both[1]!];
  const grid = Array.from({ length: 11 }, (_, k) => from + (k / 10) * (to - from));
  const apart = grid.filter((budget) => both.every((own) => Math.abs(budget - own) > 0.02 * (to - from)));
  return [...new Set([...apart, ...both.filter((own, i) => i === 0 || own > both[0]! * (1 + 1e-6))])]
    .filter((budget) => budget > 0)
    .sort((a, b) => a - b);
}

async function scenariosOf({ model, options, run }: Desk, plan: Plan, scenarios: readonly Scenario[]) {
  if (scenarios.length === 0) return null;
  const spend = Float64Array.from(plan.allocation, ({ optimal }) => optimal);
  const all = [{ name: "this plan", spend }, ...scenarios];
  const results = await compareScenarios(model, all, { ...options, sensitivity: false }, run.hooks);
  return results.map(({ plan: _, ...row }) => row);
}
