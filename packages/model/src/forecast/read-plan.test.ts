import { slicePeriods } from "@mmm/core";
import { createTable, loadPanel, panelToTable, readTable, simulatePanel, toCsv } from "@mmm/data";
import { describe, expect, it } from "vitest";
import { fitStructural } from "../fit/fit.js";
import { forecast } from "./forecast.js";
import { forecastTable } from "./forecast-table.js";
import { readPlan } from "./read-plan.js";

const { panel } = simulatePanel({ units: 3, periods: 60, channels: 2, controls: 1 }, 8);
const fit = await fitStructural(slicePeriods(panel, 0, 56), { draws: 30 });
const future = slicePeriods(panel, 56, 60);
const table = panelToTable(future, { unit: "region", period: "week" });
const dropping = (...names: readonly string[]) => ({
  ...table,
  columns: table.columns.filter(({ name }) => !names.includes(name)),
});

describe("readPlan", () => {
  it("gives the same forecast as the panel that the table was written from, with or without a KPI", () => {
    const expected = forecast(fit, future);
    const { panel: plan, warnings } = readPlan(fit, table);
    expect(warnings).toEqual([]);
    expect(forecast(fit, plan)).toEqual(expected);
    expect(forecast(fit, readPlan(fit, dropping(panel.roles.kpi)).panel)).toEqual(expected);
    expect(forecast(fit, readPlan(fit, readTable(toCsv(table))).panel)).toEqual(expected);
  });

  it("reads a single period of a few units, which shows neither frequency nor repeated dates", () => {
    const one = panelToTable(slicePeriods(panel, 56, 57), { unit: "where", period: "begins" });
    const { cells } = forecast(fit, readPlan(fit, one).panel);
    expect(cells.map(({ unit, period }) => [unit, period])).toEqual(
      panel.units.map((unit) => [unit, panel.periods[56]]),
    );
  });

  it("names what is missing and tells what it does not use", () => {
    const [channel] = panel.roles.channels;
    expect(() => readPlan(fit, dropping(channel!.activity))).toThrow(
      `The plan has no column '${channel!.activity}', the activity of channel '${channel!.name}'`,
    );
    const [control] = panel.roles.controls;
    expect(() => readPlan(fit, dropping(control!))).toThrow(
      `The plan has no column '${control}', a control of the fit`,
    );
    const extra = { ...table, columns: [...table.columns, { name: "blimp", cells: table.columns[2]!.cells }] };
    expect(readPlan(fit, extra).warnings).toEqual([expect.objectContaining({ code: "UNUSED_COLUMN" })]);
    const renamed = table.columns.map((column) =>
      column.name === "region" ? { ...column, cells: column.cells.map((cell, i) => (i < 4 ? "Mars" : cell)) } : column,
    );
    expect(() => forecast(fit, readPlan(fit, { ...table, columns: renamed }).panel)).toThrow("rows for 'Mars'");
  });

  it("expands a text control into the levels of the fit and warns of new ones", async () => {
    const rows = Array.from({ length: 70 }, (_, t) => t);
    const week = (t: number) => new Date(Date.UTC(2023, 0, 2 + 7 * t)).toISOString().slice(0, 10);
    const tv = rows.map((t) => 10 + ((t * 7) % 11));
    const events = rows.map((t) => (t % 9 === 4 ? "launch" : "none"));
    const sales = rows.map((t) => 100 + 2 * tv[t]! + (t % 9 === 4 ? 30 : 0) + ((t * 5) % 7));
    const loaded = loadPanel(createTable({ week: rows.map(week), sales, tv_spend: tv, event: events }));
    const national = await fitStructural(loaded.panel, { draws: 20 });
    const [control] = loaded.panel.roles.controls;
    expect(control).toBe("event_launch");
    const ahead = (event: readonly string[]) =>
      readPlan(national, createTable({ week: [week(70), week(71)], tv_spend: [12, 12], event }));
    const { cells } = forecast(national, ahead(["none", "launch"]).panel);
    expect(cells[1]!.baseline - cells[0]!.baseline).toBeGreaterThan(15);
    expect(ahead(["none", "launch"]).warnings).toEqual([]);
    for (const event of [
      ["none", "lunch"],
      ["launch", "lunch"],
      ["lunch", ""],
    ]) {
      expect(ahead(event).warnings).toEqual([expect.objectContaining({ code: "UNKNOWN_LEVEL" })]);
    }
    expect(ahead(["launch", "lunch"]).warnings[0]!.message).toBe(
      "Column 'event' holds 'lunch', forecast as no event because the fit has no effect for it; it knows 'launch'.",
    );
    expect(ahead(["quiet", "quiet"]).warnings).toEqual([expect.objectContaining({ code: "BASE_LEVEL" })]);
  });
});

it("forecastTable has one row per cell and its numbers", () => {
  const ahead = forecast(fit, future);
  const { columns, rows } = forecastTable(ahead);
  const [first, second] = panel.roles.channels.map(({ name }) => `contribution_${name}`);
  expect(columns.map(({ name }) => name)).toEqual([
    ...["unit", "period", "predicted", "lower", "upper", "baseline"],
    ...[first, `${first}_lower`, `${first}_upper`, second, `${second}_lower`, `${second}_upper`],
  ]);
  expect(rows).toBe(12);
  expect(Number(columns[2]!.cells[5])).toBe(ahead.cells[5]!.predicted.mean);
});
