// The kinds of channels and columns that a table may hold, each through the command.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { columnValues } from "@mmm/core";
import { createTable, panelToTable, simulatePanel, toCsv } from "@mmm/data";
import type { MmmResult } from "@mmm/model";
import { afterAll, describe, expect, it } from "vitest";
import { runCli } from "../program/run-cli.js";
import { createMemoryTerminal } from "../terminal/memory-terminal.js";

const root = mkdtempSync(join(tmpdir(), "mmm-kinds-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (...parts: string[]): string => join(root, ...parts);

const names = ["tv_spend", "search_spend", "newsletter", "promotion"];
const { panel } = simulatePanel({ units: 3, periods: 60, channels: names, controls: 0, edges: 0 }, 6);
const spend = columnValues(panel, "tv_spend");
const table = panelToTable(panel);
const rows = table.rows;
const config = at("config.json");

function fitFile(): string {
  const extra = {
    tv_impressions: Array.from(spend, (x) => (500 * x).toFixed(0)),
    price: new Array<string>(rows).fill("12.5"),
    inhabitants: Array.from({ length: rows }, (_, i) => String(1000 * (1 + Math.floor(i / 60)))),
  };
  const cells = Object.fromEntries(table.columns.map((column) => [column.name, column.cells]));
  writeFileSync(at("sales.csv"), toCsv(createTable({ ...cells, ...extra })));
  return at("sales.csv");
}

async function fit(out: string, ...flags: string[]): Promise<MmmResult> {
  const terminal = createMemoryTerminal();
  const command = ["fit", fitFile(), "--kpi", "y", "--config", config];
  const code = await runCli([...command, "--out", at(out), "--holdout", "0", "--graph", "none", ...flags], terminal);
  expect(terminal.err()).toBe("");
  expect(code).toBe(0);
  return JSON.parse(readFileSync(at(out, "result.json"), "utf8")) as MmmResult;
}

const roles = [
  ...["--media", "tv_spend,tv_impressions,search_spend", "--organic", "newsletter"],
  ...["--treatments", "promotion", "--population", "inhabitants"],
];
const channel = (result: MmmResult, name: string) => result.channels.find((one) => one.name.startsWith(name))!;

writeFileSync(config, JSON.stringify({ model: { draws: 20, lags: 6 } }));
const units = await fit("units", ...roles, "--ignore", "price");
const money = await fit("money", ...roles, "--revenue-per-kpi", "price");

describe("mmm fit", () => {
  it("takes exposure as the activity of a channel and its spend as the cost", () => {
    const tv = channel(units, "tv");
    const total = spend.reduce((a, b) => a + b, 0);
    expect(tv.spend! / total).toBeCloseTo(1, 6);
    expect(tv.roi!.mean / (tv.direct.mean / total)).toBeCloseTo(1, 6);
    expect((tv.effectiveness!.mean * 500 * total) / tv.direct.mean).toBeCloseTo(1, 3);
  });

  it("gives organic media and treatments an effect without a return", () => {
    expect(channel(units, "newsletter")).toMatchObject({ kind: "organic", spend: null, roi: null, costPerKpi: null });
    expect(channel(units, "promotion")).toMatchObject({ kind: "treatment", spend: null, roi: null });
    for (const name of ["newsletter", "promotion"]) expect(channel(units, name).direct.mean).toBeGreaterThan(0);
    expect(units.channels.reduce((sum, { share }) => sum + share.mean, 0)).toBeCloseTo(1, 9);
  });

  it("counts returns in money where a unit of the KPI has a price", () => {
    const [tv, dear] = [channel(units, "tv"), channel(money, "tv")];
    expect(dear.direct.mean / tv.direct.mean).toBeCloseTo(1, 6);
    expect(dear.roi!.mean / tv.roi!.mean).toBeCloseTo(12.5, 6);
    expect(dear.mroi!.upper / tv.mroi!.upper).toBeCloseTo(12.5, 6);
  });
});
