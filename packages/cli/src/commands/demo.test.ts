import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { trueContribution, truthTotals } from "@mmm/data";
import type { FitView } from "@mmm/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { revenuePerSale, simulateSales } from "../demo/simulate-sales.js";
import { runCli } from "../program/run-cli.js";
import { resultSchema } from "../result-schema/result-schema.js";
import { createMemoryTerminal } from "../terminal/memory-terminal.js";

const out = mkdtempSync(join(tmpdir(), "mmm-demo-"));
afterAll(() => rmSync(out, { recursive: true, force: true }));
const read = (name: string): string => readFileSync(join(out, name), "utf8");

describe("mmm demo", () => {
  const terminal = createMemoryTerminal();
  let view: FitView;
  beforeAll(async () => {
    expect(await runCli(["demo", "--out", out, "--seed", "2"], terminal)).toBe(0);
    view = JSON.parse(read("view.json"));
  }, 120_000);

  it("writes the data, a valid result, and a report with the answer key", () => {
    expect(readdirSync(out)).toEqual(expect.arrayContaining(["data.csv", "report.html", "result.json", "view.json"]));
    expect(resultSchema.safeParse(JSON.parse(read("result.json"))).success).toBe(true);
    expect(read("report.html")).toContain("Answer key");
  });

  it("keeps every truth out of the file that it fits", () => {
    expect(read("data.csv").split(/\r?\n/)[0]).toBe(
      "region,week,tv_spend,search_spend,social_spend,radio_spend,display_spend,print_spend,control_0,control_1,control_2,sales,revenue_per_sale",
    );
  });

  it("answers with the truth of the simulation", () => {
    const { truth } = simulateSales(2);
    const totals = truthTotals(truth);
    const key = view.answerKey!;
    expect(key.mediaFraction).toBe(totals.mediaFraction);
    for (const [c, { name, roi, response, carryover }] of key.channels.entries()) {
      expect(roi).toBeCloseTo((revenuePerSale * totals.contribution[c]!) / totals.spend[c]!, 10);
      const { curve, carryover: estimated } = view.channels.find((channel) => channel.name === name)!;
      expect([response!.length, carryover.length]).toEqual([curve.activity.length, estimated.weights.length]);
      const none = trueContribution(truth, c, new Float64Array(truth.activity[c]!.length));
      expect(none.every((value) => value === 0)).toBe(true);
      expect(response!.every((value, i) => i === 0 || value >= response![i - 1]!)).toBe(true);
    }
  });

  it("prints estimate beside truth with hit or miss as its own intervals say, and where the report is", () => {
    const text = terminal.out();
    for (const { name, share } of view.answerKey!.channels) {
      const { lower, upper } = view.result.channels.find((channel) => channel.name === name)!.share;
      const inside = share >= lower && share <= upper;
      expect(text).toMatch(
        new RegExp(`^${name} +${(100 * share).toFixed(0)}% .*\\] +${inside ? "hit" : "MISS"} `, "m"),
      );
    }
    expect(text).toContain(join(out, "report.html"));
    expect(text).toMatch(/Took \d+\.\d s/);
    expect(text.split("\n").filter((line) => line.length > 80 && !line.includes(out))).toEqual([]);
  });
});
