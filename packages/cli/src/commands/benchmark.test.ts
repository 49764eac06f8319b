import { describe, expect, it } from "vitest";
import type { RecoveryRow } from "../benchmark/recovery.js";
import { runCli } from "../program/run-cli.js";
import { createMemoryTerminal } from "../terminal/memory-terminal.js";

describe("mmm benchmark", () => {
  it("measures a panel and reports it as one JSON event", async () => {
    const terminal = createMemoryTerminal();
    expect(await runCli(["benchmark", "--panels", "1", "--json"], terminal)).toBe(0);
    const report = terminal.events().find(({ event }) => event === "benchmark") as unknown as { rows: RecoveryRow[] };
    const [row, all] = report.rows as [RecoveryRow, RecoveryRow];
    expect(row.name).toBe("20 regions");
    expect(all).toEqual({ ...row, name: "all" });
    expect(row.channels).toBe(6);
    const sizes = row.byChannel.filter(({ name }) => !name.startsWith("spend"));
    expect(sizes.reduce((sum, { channels }) => sum + channels, 0)).toBe(6);
    expect(sizes.reduce((sum, one) => sum + one.channels * one.shareCoverage, 0)).toBeCloseTo(6 * row.shareCoverage, 9);
    expect(row.shareDistance).toBeLessThan(row.equalShares);
    expect(row.shareCoverage).toBeGreaterThan(0.5);
    expect(row.holdoutR2Within).toBeGreaterThan(row.bestNaiveR2Within);
  });

  it("names the suites it knows and what --panels takes", async () => {
    for (const [args, text] of [
      [["--suite", "sped"], "There is no suite 'sped'; known: recovery, calibration, models, speed."],
      [["--panels", "some"], "--panels is 'some'; it must be a whole number of at least 1."],
    ] as const) {
      const terminal = createMemoryTerminal();
      expect(await runCli(["benchmark", ...args], terminal)).toBe(2);
      expect(terminal.err()).toContain(text);
    }
  });
});
