import { columnValues } from "@mmm/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { simulatePanel } from "../simulate/simulate-panel.js";
import { createTable, type Table } from "../table/table.js";
import { toCsv } from "../table/write-csv.js";
import { loadPanel } from "./load-panel.js";
import { naturalOrder } from "./natural-order.js";
import { toPanel } from "./to-panel.js";

const { panel, table } = simulatePanel({ units: 3, periods: 30, ragged: 0.7, missing: 0.1 }, 6);
const reorder = (from: Table, rows: readonly number[]): Table => ({
  ...from,
  rows: rows.length,
  columns: from.columns.map(({ name, cells }) => ({ name, cells: rows.map((row) => cells[row]!) })),
  lines: rows.map((row) => from.lines[row]!),
});
const rowsOf = (from: Table) => Array.from({ length: from.rows }, (_, row) => row);
const withCells = (change: Readonly<Record<string, (cell: string, row: number) => string>>): Table => ({
  ...table,
  columns: table.columns.map(({ name, cells }) => ({ name, cells: change[name] ? cells.map(change[name]) : cells })),
});

describe("loadPanel", () => {
  it("does not depend on the order of rows or columns", () => {
    const original = loadPanel(table).panel;
    fc.assert(
      fc.property(fc.shuffledSubarray(rowsOf(table), { minLength: table.rows }), (rows) => {
        const shuffled = loadPanel(reorder(table, rows)).panel;
        expect(shuffled).toEqual(original);
      }),
      { numRuns: 15 },
    );
    const backwards = loadPanel({ ...table, columns: [...table.columns].reverse() }).panel;
    for (const { name, values } of original.columns) expect(columnValues(backwards, name)).toEqual(values);
  });

  it("keeps ragged units with a mask: absent rows are NaN and unobserved, never filled", () => {
    const loaded = loadPanel(toCsv(table)).panel;
    expect([...loaded.observed]).toEqual([...panel.observed]);
    expect(loaded.observed.reduce((a, b) => a + b, 0)).toBe(table.rows);
    for (const { values } of loaded.columns) {
      values.forEach((value, cell) => {
        expect(Number.isNaN(value)).toBe(loaded.observed[cell] === 0);
      });
    }
  });

  it("masks rows without a KPI but keeps their spend, and says so", () => {
    const loaded = loadPanel(withCells({ y: (cell, row) => (row === 4 ? "NA" : cell) }));
    const complete = loadPanel(table).panel;
    const masked = [...complete.observed.keys()].filter((c) => loaded.panel.observed[c] !== complete.observed[c]);
    expect(masked).toHaveLength(1);
    expect(columnValues(loaded.panel, "y")[masked[0]!]).toBeNaN();
    expect(columnValues(loaded.panel, "spend_0")[masked[0]!]).toBe(columnValues(complete, "spend_0")[masked[0]!]);
    expect(loaded.warnings).toEqual([
      expect.objectContaining({
        code: "MISSING_KPI",
        message: "1 row has no value for the KPI 'y' (6); masked, not filled.",
      }),
    ]);
  });

  it("takes empty media cells as zero and masks empty controls only when asked", () => {
    const holes = withCells({
      spend_1: (cell, row) => (row === 2 ? "" : cell),
      control_0: (cell, row) => (row === 3 ? "" : cell),
    });
    expect(() => loadPanel(holes)).toThrow("Column 'spend_1' is empty in row 4.");
    expect(() => loadPanel(holes, { controls: "control_0", media: "spend_0" })).toThrow(
      "Column 'control_0' is empty in row 5.",
    );
    const { panel: filled, warnings } = loadPanel(holes, { emptyCells: "zero" });
    expect(warnings.map(({ code }) => code)).toEqual(["EMPTY_AS_ZERO", "MISSING_CONTROL"]);
    expect(filled.observed.reduce((a, b) => a + b, 0)).toBe(table.rows - 1);
    const zeros = (of: typeof filled) => columnValues(of, "spend_1").filter((value) => value === 0).length;
    expect(zeros(filled)).toBe(zeros(loadPanel(table).panel) + 1);
  });

  it("drops answer columns and columns it does not know, with a warning each", () => {
    const extra = createTable({
      ...Object.fromEntries(table.columns.map(({ name, cells }) => [name, cells])),
      spend_0_contribution: rowsOf(table),
      blob: rowsOf(table),
    });
    const { warnings, panel: loaded, explanation } = loadPanel(extra);
    expect(loaded.columns.map(({ name }) => name).sort()).toEqual(panel.columns.map(({ name }) => name).sort());
    expect(warnings.map(({ code, message }) => [code, message])).toEqual([
      [
        "ANSWER_COLUMN",
        "'spend_0_contribution' looks like the answer (true effects or another model's results) and was dropped.",
      ],
      ["UNUSED_COLUMN", "'blob' was not recognised and not used."],
    ]);
    expect(explanation).toContain("spend_0_contribution");
  });

  it("leaves out a control that never changes", () => {
    const loaded = loadPanel(withCells({ control_1: () => "5" }), { controls: "control_*" });
    expect(loaded.panel.roles.controls).toEqual(["control_0", "control_2"]);
    expect(loaded.warnings.map(({ code }) => code)).toEqual(["CONSTANT_CONTROL"]);
  });

  it.each([
    ["£", "GBP"],
    ["USD ", "USD"],
    ["$", undefined],
    ["kr ", undefined],
  ])("reads the sign '%s' of the spend as the currency code %s", (sign, code) => {
    const rows = Array.from({ length: 30 }, (_, i) => `${i + 1},${sign}${1100 + i},${1000 + ((i * 37) % 11)}`);
    expect(loadPanel(`week,tv_spend,sales\n${rows.join("\n")}\n`).panel.currency).toBe(code);
  });

  it("reads a European export: semicolons, decimal commas, dotted dates, currency", () => {
    const lines = Array.from({ length: 30 }, (_, i) => {
      const day = new Date(Date.UTC(2024, 0, 1 + 7 * i)).toISOString().slice(0, 10).split("-").reverse().join(".");
      return `${day};1.${100 + i},50 €;${1000 + ((i * 37) % 11)},25`;
    });
    const { panel: loaded } = loadPanel(`\ufeffWoche;tv_spend;Umsatz\r\n${lines.join("\r\n")}\r\n`);
    expect(loaded).toMatchObject({ frequency: "week", currency: "EUR" });
    expect(columnValues(loaded, "tv_spend")[3]).toBe(1103.5);
    expect(columnValues(loaded, "Umsatz")[1]).toBe(1004.25);
  });
});

describe("toPanel for prediction", () => {
  const { roles } = loadPanel(table);
  const future = (change: (columns: Record<string, readonly string[]>) => void) => {
    const first = rowsOf(table).filter((row) => table.columns[1]!.cells[row] === "2023-06-05");
    const columns = Object.fromEntries(table.columns.map(({ name, cells }) => [name, first.map((row) => cells[row]!)]));
    change(columns);
    return createTable(columns);
  };
  const predict = { purpose: "predict", frequency: "week" } as const;

  it("takes a single future period without a KPI, with channels and controls that do not vary", () => {
    const table = future((columns) => {
      delete columns["y"];
      columns["spend_0"] = columns["spend_0"]!.map(() => "0");
      columns["control_0"] = columns["control_0"]!.map(() => "1");
    });
    const { panel: next } = toPanel(table, roles, predict);
    expect(next.periods).toEqual(["2023-06-05"]);
    expect(next.roles).toEqual(panel.roles);
    expect([...next.observed].every((seen) => seen === 0)).toBe(true);
    expect([...columnValues(next, "spend_0")].every((value) => value === 0)).toBe(true);
  });

  it("takes an empty KPI column like an absent one", () => {
    const table = future((columns) => {
      columns["y"] = columns["y"]!.map(() => "");
    });
    expect([...toPanel(table, roles, predict).panel.observed].every((seen) => seen === 0)).toBe(true);
  });

  it("still refuses a missing channel and negative spend", () => {
    expect(() =>
      toPanel(
        future((columns) => delete columns["spend_1"]),
        roles,
        predict,
      ),
    ).toThrow(/^There is no column 'spend_1'; the table has: region, week, spend_0/);
    const negative = future((columns) => {
      columns["spend_1"] = columns["spend_1"]!.map(() => "-1");
    });
    expect(() => toPanel(negative, roles, predict)).toThrow(/cannot be negative/);
  });
});

describe("naturalOrder", () => {
  it("sorts numbers by value and is a consistent order", () => {
    expect(["Geo10", "Geo2", "9", "10", "a"].sort(naturalOrder)).toEqual(["9", "10", "Geo2", "Geo10", "a"]);
    const label = fc.string({ unit: fc.constantFrom(..."ab019-"), maxLength: 5 });
    fc.assert(
      fc.property(label, label, label, (a, b, c) => {
        expect(Math.sign(naturalOrder(a, b)) + Math.sign(naturalOrder(b, a))).toBe(0);
        expect(naturalOrder(a, b) === 0).toBe(a === b);
        if (naturalOrder(a, b) < 0 && naturalOrder(b, c) < 0) expect(naturalOrder(a, c)).toBeLessThan(0);
      }),
    );
  });
});
