import { describe, expect, it } from "vitest";
import { profileColumns } from "../number/column-profile.js";
import { createTable } from "../table/table.js";
import { describeRoles } from "./describe.js";
import { detectRoles } from "./detect.js";
import type { RoleOptions } from "./types.js";

const weeks = ["2024-01-01", "2024-01-08", "2024-01-15", "2024-01-22"];
type Columns = Record<string, readonly (string | number)[]>;
const detect = (columns: Columns, options: RoleOptions = {}) => {
  const table = createTable({ week: weeks, ...columns });
  return detectRoles(table, profileColumns(table), options);
};
const base = { sales: [5, 6, 7, 8], tv_spend: [1, 2, 0, 3] };
const reasons = (roles: ReturnType<typeof detect>) =>
  Object.fromEntries(roles.unused.map(({ column, reason }) => [column, reason]));

describe("detectRoles", () => {
  it("knows roles by name and prints them", () => {
    const roles = detect({
      ...base,
      tv_impressions: [10, 20, 0, 30],
      newsletter: [1, 0, 1, 0],
      price: [9, 9, 8, 9],
      revenue_per_order: [2, 2, 3, 2],
      orders: [3, 3, 4, 4],
      t: [0, 1, 2, 3],
      tv_roi: [1, 1, 2, 1],
      blob: [4, 1, 2, 2],
    });
    expect(roles).toMatchObject({
      date: "week",
      geo: null,
      kpi: "sales",
      revenuePerKpi: "revenue_per_order",
      channels: [
        { name: "tv", activity: "tv_impressions", spend: "tv_spend", kind: "paid" },
        { name: "newsletter", activity: "newsletter", spend: null, kind: "organic" },
      ],
      controls: [{ name: "price", column: "price", level: null }],
    });
    expect(reasons(roles)).toEqual({
      orders: "looks like another outcome",
      t: "counts rows or time; the model has its own trend and seasonality",
      tv_roi: "looks like an answer of a simulation or another model; a fit must not see it",
      blob: "role not recognised from its name",
    });
    const text = describeRoles(roles);
    expect(text).toContain("media            tv = tv_impressions paid by tv_spend");
    expect(text.split("\n")[0]).toMatch(/^date +week +guessed: name and values say date$/);
    expect(text).toMatch(/not used +blob +role not recognised/);
  });

  it("makes one control per level of a text column, the word for nothing being the base", () => {
    expect(detect({ ...base, events: ["na", "easter", "na", "xmas"] }).controls).toEqual([
      { name: "events_easter", column: "events", level: "easter" },
      { name: "events_xmas", column: "events", level: "xmas" },
    ]);
    expect(detect({ ...base, season: ["low", "low", "high", "low"] }).controls).toEqual([
      { name: "season_high", column: "season", level: "high" },
    ]);
  });

  it("does not mistake rates, flags and row numbers for something else", () => {
    const roles = detect({
      ...base,
      "Unnamed: 0": [0, 1, 2, 3],
      cost_per_click: [0.1, 0.2, 0.1, 0.3],
      holiday_week: [0, 1, 0, 0],
      month: [1, 1, 2, 2],
    });
    expect(roles.controls.map(({ name }) => name)).toEqual(["holiday_week"]);
    expect(roles.channels.map(({ name }) => name)).toEqual(["tv_spend"]);
    expect(reasons(roles)).toMatchObject({
      "Unnamed: 0": expect.stringContaining("counts rows"),
      cost_per_click: "role not recognised from its name",
      month: "a second time column",
    });
  });

  it("refuses a text control with more values than can be modelled", () => {
    const table = createTable({
      week: Array.from({ length: 100 }, (_, i) => i),
      sales: Array.from({ length: 100 }, (_, i) => i % 7),
      tv_spend: Array.from({ length: 100 }, (_, i) => i % 5),
      note: Array.from({ length: 100 }, (_, i) => `n${i}`),
    });
    expect(() => detectRoles(table, profileColumns(table), { controls: "note" })).toThrow(
      "Column 'note' holds text with 60 or more different values, too many for one control each.",
    );
    expect(reasons(detectRoles(table, profileColumns(table)))).toEqual({
      note: "text with more than 12 different values",
    });
  });

  it("takes text under the name of a channel or the KPI for what its name says, so that it is reported", () => {
    expect(detect({ ...base, radio_cost: ["a", "b", "c", "1"] }).channels.map(({ name }) => name)).toContain(
      "radio_cost",
    );
    expect(detect({ revenue: ["a", "b", "c", "1"], tv_spend: [1, 2, 3, 4] }).kpi).toBe("revenue");
  });

  it("finds the unit where periods repeat, by name or by text, and constants of a unit as context", () => {
    const two = {
      week: ["2024-01-01", "2024-01-08", "2024-01-01", "2024-01-08"],
      ...base,
    };
    const named = detect({ ...two, dma: [1, 1, 2, 2], population: [9, 9, 4, 4], income: [3, 3, 1, 1] });
    expect(named).toMatchObject({ geo: "dma", population: "population", context: ["income"] });
    expect(detect({ ...two, where: ["a", "a", "b", "b"] }).geo).toBe("where");
    expect(() => detect(two)).toThrow(expect.objectContaining({ code: "NO_GEO_COLUMN" }));
  });

  it("lets given roles win, and guesses only the others", () => {
    const roles = detect(
      { ...base, radio: [1, 2, 3, 4], orders: [3, 3, 4, 5], price: [1, 2, 1, 2] },
      { kpi: "orders", media: "rad*", controls: "sales" },
    );
    expect(roles.kpi).toBe("orders");
    expect(roles.channels.map(({ name }) => name)).toEqual(["radio"]);
    expect(roles.controls.map(({ name }) => name)).toEqual(["sales"]);
    expect(reasons(roles)).toEqual({
      tv_spend: "not among the media given",
      price: "not among the controls given",
    });
    expect(roles.assignments.find(({ column }) => column === "radio")).toMatchObject({ source: "given" });
  });

  it("keeps date, unit, KPI, ignored and answer columns out of globs", () => {
    const roles = detect({ ...base, tv_effect: [1, 2, 3, 4], noise: [1, 2, 3, 5] }, { media: "*", ignore: "noise" });
    expect(roles.channels.map(({ name }) => name)).toEqual(["tv_spend"]);
    expect(detect({ ...base, tv_effect: [1, 2, 3, 4] }, { media: ["tv_spend", "tv_effect"] }).channels).toHaveLength(2);
  });

  it("pairs given globs and keeps to one exposure when guessing", () => {
    const columns = { ...base, tv_impressions: [1, 2, 3, 4], tv_clicks: [1, 1, 2, 1] };
    expect(detect(columns, { media: "tv_spend,tv_imp*" }).channels).toHaveLength(1);
    const guessed = detect(columns);
    expect(guessed.channels).toEqual([{ name: "tv", activity: "tv_impressions", spend: "tv_spend", kind: "paid" }]);
    expect(reasons(guessed)["tv_clicks"]).toBe("second exposure of the channel; 'tv_impressions' is used");
  });

  it.each<[string, Columns, RoleOptions, string, string]>([
    [
      "no KPI",
      { tv_spend: [1, 2, 3, 4], foo: [1, 2, 3, 4] },
      {},
      "NO_KPI_COLUMN",
      "No column is recognised as the KPI; the number columns are: tv_spend, foo.",
    ],
    [
      "no media",
      { sales: [1, 2, 3, 4], foo: [1, 2, 3, 4] },
      {},
      "NO_MEDIA_COLUMN",
      "No column is recognised as media; the number columns without a role are: foo.",
    ],
    [
      "two roles for one column",
      base,
      { kpi: "sales", controls: "sales" },
      "ROLE_CONFLICT",
      "Column 'sales' is given as controls and as kpi.",
    ],
    [
      "an unknown column",
      base,
      { kpi: "sale" },
      "NO_SUCH_COLUMN",
      "kpi: no column matches 'sale'; the table has: week, sales, tv_spend.",
    ],
  ])("refuses %s", (_, columns, options, code, message) => {
    expect(() => detect(columns, options)).toThrow(expect.objectContaining({ code, message }));
  });

  it("refuses a table without dates", () => {
    const table = createTable({ a: [1.5, 2.5], tv_spend: [1, 2], sales: [1, 2] });
    expect(() => detectRoles(table, profileColumns(table))).toThrow(
      "No column is recognised as the date; the table has: a, tv_spend, sales.",
    );
  });
});
