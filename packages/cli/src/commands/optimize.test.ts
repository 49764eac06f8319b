import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simulatePanel } from "@mmm/data";
import { fitStructural } from "@mmm/model";
import { saveFit } from "@mmm/model/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../program/run-cli.js";
import { createMemoryTerminal, type MemoryTerminal } from "../terminal/memory-terminal.js";

const root = mkdtempSync(join(tmpdir(), "mmm-optimize-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (...parts: string[]): string => join(root, ...parts);
const json = (...parts: string[]) => JSON.parse(readFileSync(at(...parts), "utf8"));

async function run(...args: string[]): Promise<MemoryTerminal & { code: number }> {
  const terminal = createMemoryTerminal();
  const code = await runCli(["optimize", ...args], terminal);
  return { ...terminal, code };
}

describe("mmm optimize", () => {
  beforeAll(async () => {
    const { panel } = simulatePanel({ units: 3, periods: 60, channels: ["tv", "search", "radio"] }, 4);
    saveFit(await fitStructural(panel, { lags: 8, draws: 60 }), at("fit"));
  }, 60_000);

  it("writes a plan for today's budget and says what it brings", async () => {
    const { code, err, out } = await run(at("fit"), "--out", at("plan"), "--frontier");
    expect(err()).toBe("");
    expect(code).toBe(0);
    const plan = json("plan", "plan.json");
    expect(plan).toMatchObject({ schema: "mmm.plan/v1", kpi: "y", goal: { kind: "budget" }, horizon: { periods: 52 } });
    expect(plan.expected.optimal.spend / plan.expected.current.spend).toBeCloseTo(1, 9);
    expect(plan.expected.gain.mean).toBeGreaterThan(0);
    expect(plan.certificate.maxViolation).toBeLessThan(1e-9);
    expect(readFileSync(at("plan", "plan.csv"), "utf8").split("\n")[0]).toBe("channel,current,optimal,change");
    expect(readFileSync(at("plan", "frontier.csv"), "utf8").trim().split("\n").length).toBeGreaterThan(5);
    expect(out()).toMatch(/Plan for 52 periods, /);
    expect(out().replaceAll(/\s+/g, " ")).toMatch(/no plan within the limits is better by more than/);
  });

  it("keeps the bounds of a file", async () => {
    const bounds = { limits: { tv: { fixed: true }, "*": { change: [-0.2, 0.2] } }, groups: [] };
    writeFileSync(at("bounds.json"), JSON.stringify(bounds));
    const { code } = await run(at("fit"), "--bounds", at("bounds.json"), "--out", at("bounded"), "--quiet");
    expect(code).toBe(0);
    const [tv, ...others] = json("bounded", "plan.json").channels;
    expect(tv.change).toBeCloseTo(0, 9);
    for (const { change } of others) expect(Math.abs(change)).toBeLessThan(0.2 + 1e-9);
  });

  it("plans periods apart", async () => {
    const { code } = await run(at("fit"), "--periods", "6", "--per-period", "--draws", "10", "--out", at("weeks"));
    expect(code).toBe(0);
    expect(json("weeks", "plan.json").allocation).toHaveLength(18);
  });

  it.each([
    [["--budget", "1", "--target-kpi", "2"], /--budget and --target-kpi exclude each other/],
    [["--budget", "many"], /'many' is not a number/],
    [["--target-roi", "2"], /worth of one y is unknown/],
    [["--budget", "1e12", "--bounds", "BOUNDS"], /No plan meets all conditions: .*the budget of 1,000,000,000,000/],
  ])("refuses %j with exit code 2", async (flags, message) => {
    writeFileSync(at("tight.json"), JSON.stringify({ limits: { "*": { change: [-0.1, 0.1] } } }));
    const given = flags.map((flag) => (flag === "BOUNDS" ? at("tight.json") : flag));
    const { code, err } = await run(at("fit"), "--out", at("none"), ...given);
    expect(code).toBe(2);
    expect(err().replaceAll(/\s+/g, " ")).toMatch(message);
  });

  it("names every wrong key of a bounds file, and directories without a fit", async () => {
    writeFileSync(at("wrong.json"), JSON.stringify({ limits: { tv: { mni: 3 } } }));
    const wrong = await run(at("fit"), "--bounds", at("wrong.json"), "--out", at("none"));
    expect(wrong.code).toBe(2);
    expect(wrong.err()).toMatch(/limits\.tv/);
    expect((await run(at(), "--out", at("none"))).code).toBe(2);
  });
});
