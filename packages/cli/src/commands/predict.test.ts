import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { slicePeriods } from "@mmm/core";
import { panelToTable, readTable, simulatePanel, type Table, tableColumn, toCsv } from "@mmm/data";
import { fitStructural, forecast } from "@mmm/model";
import { saveFit } from "@mmm/model/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../program/run-cli.js";
import { createMemoryTerminal } from "../terminal/memory-terminal.js";

const root = mkdtempSync(join(tmpdir(), "mmm-predict-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (...parts: string[]): string => join(root, ...parts);

const { panel } = simulatePanel({ units: 3, periods: 60, channels: ["tv_spend", "search_spend"], controls: 1 }, 3);
const plan = slicePeriods(panel, 52, 60);
const planTable = panelToTable(plan);
const fit = await fitStructural(slicePeriods(panel, 0, 52), { draws: 40 });
const unchanged = ["fit", "plan.csv"];

function write(name: string, table: Table): string {
  writeFileSync(at(name), toCsv(table));
  return at(name);
}

async function predict(...args: string[]) {
  const terminal = createMemoryTerminal();
  const code = await runCli(["predict", at("fit"), ...args], terminal);
  return { code, out: terminal.out(), err: terminal.err().replace(/\s+/g, " "), events: terminal.events };
}

beforeAll(() => {
  saveFit(fit, at("fit"));
  write("plan.csv", { ...planTable, columns: planTable.columns.filter(({ name }) => name !== panel.roles.kpi) });
});

describe("mmm predict", () => {
  it("writes what forecast says, and prints totals with intervals", async () => {
    const { code, out, err } = await predict("--data", at("plan.csv"), "--out", at("ahead.csv"));
    expect(err).toBe("");
    expect(code).toBe(0);
    const written = readTable(readFileSync(at("ahead.csv"), "utf8"));
    const expected = forecast(fit, plan);
    const numbers = (column: string) => tableColumn(written, column).cells.map(Number);
    expect(tableColumn(written, "unit").cells).toEqual(expected.cells.map(({ unit }) => unit));
    expect(tableColumn(written, "period").cells).toEqual(expected.cells.map(({ period }) => period));
    expect(numbers("predicted")).toEqual(expected.cells.map(({ predicted }) => predicted.mean));
    expect(numbers("upper")).toEqual(expected.cells.map(({ predicted }) => predicted.upper));
    expect(numbers("contribution_search_spend_lower")).toEqual(
      expected.cells.map(({ contributions }) => contributions[1]!.lower),
    );
    expect(out).toMatch(/y over 8 periods, \S+ to \S+: \S+ \[\S+, \S+\]/);
    expect(out).toMatch(/tv_spend +\S+ +\S+ \[\S+, \S+\]/);
    expect(Math.max(...out.split("\n").map((line) => (line.includes(root) ? 0 : line.length)))).toBeLessThanOrEqual(80);
    rmSync(at("ahead.csv"));
  });

  it("gives the totals to programs and says nothing with --quiet", async () => {
    const { total, byPeriod, diagnostics } = forecast(fit, plan);
    const { events } = await predict("--data", at("plan.csv"), "--out", at("ahead.csv"), "--json");
    expect(events()).toEqual([
      expect.objectContaining({
        event: "done",
        rows: 24,
        forecast: expect.objectContaining({ total, byPeriod, diagnostics }),
      }),
    ]);
    const { out, err } = await predict("--data", at("plan.csv"), "--out", at("ahead.csv"), "--quiet");
    expect([out, err]).toEqual(["", ""]);
    rmSync(at("ahead.csv"));
  });

  const later = panelToTable(slicePeriods(panel, 53, 60));
  const without = (name: string) => ({
    ...planTable,
    columns: planTable.columns.filter((column) => column.name !== name),
  });
  const cell = (name: string, text: string) => ({
    ...planTable,
    columns: planTable.columns.map((column) =>
      column.name === name ? { ...column, cells: column.cells.map((old, i) => (i === 3 ? text : old)) } : column,
    ),
  });
  it.each([
    ["a gap after the fit", later, `so the next week is ${panel.periods[52]}`],
    ["no channel", without("tv_spend"), "The plan has no column 'tv_spend', the activity of channel 'tv_spend'"],
    ["no control", without(panel.roles.controls[0]!), `no column '${panel.roles.controls[0]}', a control of the fit`],
    ["text", cell("tv_spend", "lots"), "Column 'tv_spend' holds 'lots' in row 5, which is not a number"],
    ["an empty cell", cell("tv_spend", ""), "Column 'tv_spend' is empty in row 5"],
    ["negative spend", cell("tv_spend", "-3"), "Channel 'tv_spend' has -3 in column 'tv_spend', row 5"],
    ["a new region", cell("unit", "Mars"), "rows for 'Mars', which the fit does not know"],
    ["a bad date", cell("week", "sometime"), "'sometime' in column 'week', row 5, is not a date"],
  ])("refuses a plan with %s", async (_, table, message) => {
    const { code, err } = await predict("--data", write("faulty.csv", table), "--out", at("ahead.csv"));
    expect(err).toContain(message);
    expect(code).toBe(2);
    rmSync(at("faulty.csv"));
    expect(readdirSync(root).sort()).toEqual(unchanged);
  });

  it("refuses what is not a fit, a plan that is not there, and a place it cannot write to", async () => {
    const terminal = createMemoryTerminal();
    expect(await runCli(["predict", root, "--data", at("plan.csv"), "--out", at("ahead.csv")], terminal)).toBe(2);
    expect(terminal.err()).toContain("has no readable manifest.json");
    const { code, err } = await predict("--data", at("none.csv"), "--out", at("ahead.csv"));
    expect([code, err]).toEqual([2, expect.stringContaining("there is no such file")]);
    const blocked = await predict("--data", at("plan.csv"), "--out", at("plan.csv", "ahead.csv"));
    expect([blocked.code, blocked.err]).toEqual([2, expect.stringContaining("a part of the path is a file")]);
    expect((await predict("--data", at("plan.csv"), "--out", at("fit"))).err).toContain("it is a directory");
    expect(readdirSync(root).sort()).toEqual(unchanged);
  });
});
