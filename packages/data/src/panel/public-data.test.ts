// The public example files, where a checkout has them beside it.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { columnValues } from "@mmm/core";
import { describe, expect, it } from "vitest";
import { loadPanelFile } from "../file/read-file.js";

const data = fileURLToPath(new URL("../../../../../shared/data/", import.meta.url));
const file = (name: string) => `${data}${name}`;
const channels = (name: string, options = {}) =>
  loadPanelFile(file(name), options).panel.roles.channels.map(
    ({ name: channel, activity, spend, kind }) => `${kind} ${channel}: ${activity} / ${spend}`,
  );

describe.skipIf(!existsSync(data))("public example files, without flags", () => {
  it("Robyn: spend and exposure pairs, organic, the level 'na' of events", () => {
    const { panel, warnings } = loadPanelFile(file("mmm/robyn_weekly.csv"));
    expect(panel).toMatchObject({ units: ["national"], frequency: "week" });
    expect([panel.periods.length, panel.periods[0], panel.periods.at(-1)]).toEqual([208, "2015-11-23", "2019-11-11"]);
    expect(panel.roles.kpi).toBe("revenue");
    expect(channels("mmm/robyn_weekly.csv")).toEqual([
      "paid tv_S: tv_S / tv_S",
      "paid ooh_S: ooh_S / ooh_S",
      "paid print_S: print_S / print_S",
      "paid facebook: facebook_I / facebook_S",
      "paid search: search_clicks_P / search_S",
      "organic newsletter: newsletter / null",
    ]);
    expect(panel.roles.controls).toEqual(["competitor_sales_B", "events_event1", "events_event2"]);
    expect(columnValues(panel, "events_event1").reduce((a, b) => a + b, 0)).toBe(1);
    expect(panel.observed.every((seen) => seen === 1)).toBe(true);
    expect(warnings).toEqual([]);
  });

  it("PyMC: x1, x2 and events; t and dayofyear are left out", () => {
    const { panel, roles } = loadPanelFile(file("mmm/pymc_example.csv"));
    expect(panel.periods).toHaveLength(179);
    expect(panel.roles.kpi).toBe("y");
    expect(channels("mmm/pymc_example.csv")).toEqual(["paid x1: x1 / x1", "paid x2: x2 / x2"]);
    expect(panel.roles.controls).toEqual(["event_1", "event_2"]);
    expect(roles.unused.map(({ column }) => column)).toEqual(["dayofyear", "t"]);
  });

  it("Meridian national and geo", () => {
    const national = loadPanelFile(file("mmm/meridian_national_all_channels.csv")).panel;
    expect(national.roles).toMatchObject({
      kpi: "conversions",
      revenuePerKpi: "revenue_per_conversion",
      controls: ["competitor_sales_control", "sentiment_score_control", "Promo"],
    });
    expect(channels("mmm/meridian_national_all_channels.csv")).toEqual([
      ...[0, 1, 2, 3, 4].map((i) => `paid Channel${i}: Channel${i}_impression / Channel${i}_spend`),
      "organic Organic_channel0_impression: Organic_channel0_impression / null",
    ]);
    const geo = loadPanelFile(file("mmm/meridian_geo_media.csv")).panel;
    expect([geo.units.length, geo.periods.length, geo.frequency]).toEqual([20, 156, "week"]);
    expect(geo.units.slice(0, 3)).toEqual(["Geo0", "Geo1", "Geo2"]);
    expect(geo.roles).toMatchObject({ kpi: "conversions", population: "population" });
  });

  it.each([0, 1, 2])("panel_seed%d", (seed) => {
    const { panel } = loadPanelFile(file(`panels/panel_seed${seed}.csv`));
    expect([panel.units.length, panel.periods.length, panel.frequency]).toEqual([20, 104, "index"]);
    expect(panel.roles.channels.map(({ name }) => name)).toEqual([0, 1, 2, 3, 4, 5].map((i) => `spend_${i}`));
    expect(panel.roles.controls).toEqual(["control_0", "control_1", "control_2"]);
  });

  it("dma_weekly with the flags of its documentation: ragged, unsorted, masked", () => {
    const { panel } = loadPanelFile(file("mmm/dma_weekly.csv"), {
      date: "weekid",
      geo: "dmacode",
      kpi: "target_visits",
      media: "impressions_*",
      controls: "control_*",
    });
    expect([panel.units.length, panel.periods.length]).toEqual([190, 109]);
    expect(panel.observed.reduce((a, b) => a + b, 0)).toBe(20_370);
    expect(panel.roles.channels).toHaveLength(13);
    expect(panel.roles.channels.every(({ spend }) => spend === null)).toBe(true);
    expect(panel.roles.controls).toHaveLength(7);
  });
});
