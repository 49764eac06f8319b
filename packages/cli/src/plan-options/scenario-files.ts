// `--compare FILE`: plans to put beside the new one. A plan.json or plan.csv of another run, a table of channels and
// amounts, or a JSON list of scenarios, each with amounts or a request of its own.

import { readFileSync } from "node:fs";
import { basename, extname } from "node:path";
import { usageError } from "@mmm/core";
import { profileColumns, type Table, tableColumn } from "@mmm/data";
import { readTableFile } from "@mmm/data/node";
import type { AmountRow, PlanRequest, Scenario } from "@mmm/optimizer";
import { z } from "zod";
import { checkBounds, issueWords } from "./bounds-file.js";

const amount = z.number().min(0);
const atMost = amount.optional();
const goal = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("budget"), total: atMost }),
  z.strictObject({ kind: z.literal("profit"), atMost }),
  z.strictObject({ kind: z.literal("kpi"), target: amount }),
  z.strictObject({ kind: z.literal("roi"), target: amount, atMost }),
  z.strictObject({ kind: z.literal("mroi"), target: amount, atMost }),
]);

const list = z.strictObject({
  scenarios: z
    .array(
      z.union([
        z.strictObject({ name: z.string().min(1), spend: z.record(z.string(), amount) }),
        z.looseObject({ name: z.string().min(1), goal, spend: z.undefined().optional() }),
      ]),
    )
    .min(1),
});

const plan = z.object({
  schema: z.literal("mmm.plan/v1"),
  allocation: z.array(
    z.object({ channel: z.string(), unit: z.string().nullable(), period: z.string().nullable(), optimal: amount }),
  ),
});

/**
 * The scenarios of the files given with `--compare`.
 *
 * @throws MmmError `BAD_SCENARIO` of kind `usage`, naming the file and what is wrong with it
 */
export function readScenarioFiles(paths: readonly string[]): Scenario[] {
  const scenarios = paths.flatMap(readScenarioFile);
  const names = scenarios.map(({ name }) => name);
  return scenarios.map((scenario, i) =>
    names.indexOf(scenario.name) === i ? scenario : { ...scenario, name: `${scenario.name} (${i + 1})` },
  );
}

function readScenarioFile(path: string): Scenario[] {
  if (extname(path).toLowerCase() !== ".json") return [{ name: nameOf(path), spend: readAmounts(path) }];
  const fail = (why: string) =>
    usageError(
      "BAD_SCENARIO",
      `'${path}' cannot be compared: ${why}.`,
      'Give a plan.json, a CSV with the columns channel and spend, or JSON such as { "scenarios": [{ "name": "agency", "spend": { "tv": 5000 } }, { "name": "10 % less", "goal": { "kind": "budget", "total": 90000 } }] }.',
    );
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw fail((cause as Error).message);
  }
  const isPlan = (json as { schema?: unknown } | null)?.schema === "mmm.plan/v1";
  const { data, error } = isPlan ? plan.safeParse(json) : list.safeParse(json);
  if (error) throw fail(issueWords(error));
  if ("allocation" in data) {
    return [{ name: nameOf(path), spend: data.allocation.map(({ optimal, ...row }) => ({ ...row, spend: optimal })) }];
  }
  return data.scenarios.map((scenario): Scenario => {
    if (scenario.spend !== undefined) return { name: scenario.name, spend: scenario.spend };
    const { name, goal: asked, spend: _, ...bounds } = scenario as typeof scenario & { goal: PlanRequest["goal"] };
    return { name, request: { ...checkBounds(bounds, fail), goal: JSON.parse(JSON.stringify(asked)) } };
  });
}

/** "plan2" of "out/plan2.json"; the folder's name for files that are all called plan. */
function nameOf(path: string): string {
  const own = basename(path, extname(path));
  const folder = path.split(/[\\/]/).at(-2);
  return own === "plan" && folder !== undefined && !/^\.*$/.test(folder) ? folder : own;
}

function readAmounts(path: string): AmountRow[] {
  const table = readTableFile(path);
  const has = (name: string) => table.columns.some((column) => column.name === name);
  const money = has("spend") ? "spend" : "optimal";
  const channels = tableColumn(table, "channel").cells;
  tableColumn(table, money);
  const amounts = numbersOf(table, money);
  const labels = (name: string) => (has(name) ? tableColumn(table, name).cells : null);
  const units = labels("unit");
  const periods = labels("period");
  return channels.map((channel, row) => ({
    channel,
    unit: units?.[row] || null,
    period: periods?.[row] || null,
    spend: amounts[row]!,
  }));
}

function numbersOf(table: Table, name: string): Float64Array {
  return profileColumns(table)[table.columns.findIndex((column) => column.name === name)]!.values;
}
