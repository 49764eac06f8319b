import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simulatePanel } from "@mmm/data";
import { fitStructural, viewFit } from "@mmm/model";
import { saveFit } from "@mmm/model/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeFitFiles } from "../output/fit-files.js";
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
    expect(plan.frontier.length).toBeGreaterThan(5);
    expect(readFileSync(at("plan", "frontier.csv"), "utf8").trim().split("\n")).toHaveLength(1 + plan.frontier.length);
    expect(readFileSync(at("plan", "plan.html"), "utf8")).toContain("The best plan for each budget");
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

  it("moves no channel further than --max-change, and none of the fixed ones", async () => {
    const flags = ["--max-change", "10%", "--fixed", "tv", "--draws", "20", "--no-frontier", "--quiet"];
    const { code } = await run(at("fit"), ...flags, "--out", at("near"));
    expect(code).toBe(0);
    const { channels, frontier } = json("near", "plan.json");
    expect(frontier).toBeUndefined();
    expect(channels[0].change).toBeCloseTo(0, 9);
    for (const { change } of channels) expect(Math.abs(change)).toBeLessThan(0.1 + 1e-9);
  });

  it("puts an earlier plan, a table and scenarios beside the plan", async () => {
    writeFileSync(at("agency.csv"), "channel,spend\ntv,1000\nsearch,500\n");
    const less = { name: "half", goal: { kind: "budget", total: 1000 }, limits: { tv: { min: 0 } } };
    writeFileSync(at("ideas.json"), JSON.stringify({ scenarios: [{ name: "no tv", spend: { tv: 0 } }, less] }));
    const files = [at("plan", "plan.json"), at("agency.csv"), at("ideas.json")];
    const { code, err, out } = await run(at("fit"), "--draws", "20", "--out", at("side"), "--compare", ...files);
    expect(err()).toBe("");
    expect(code).toBe(0);
    const { scenarios, expected } = json("side", "plan.json");
    const names = scenarios.map(({ name }: { name: string }) => name);
    expect(names).toEqual(["today", "this plan", "plan", "agency", "no tv", "half"]);
    expect(scenarios[1].gain.mean).toBeCloseTo(expected.gain.mean, 6);
    expect(scenarios[3].spend.tv).toBeCloseTo(1000, 9);
    expect(scenarios[4].spend.tv).toBe(0);
    expect(scenarios[5].outcome.spend / 1000).toBeCloseTo(1, 5);
    expect(readFileSync(at("side", "scenarios.csv"), "utf8").trim().split("\n")).toHaveLength(7);
    expect(out()).toMatch(/Compared +Spend/);
  });

  it("says first that a budget is far from today's", async () => {
    const { code, out } = await run(at("fit"), "--budget", "1e12", "--draws", "10", "--out", at("far"));
    expect(code).toBe(0);
    expect(out().split("\n")[1]).toMatch(/^ {2}Caution: A budget of 1,000,000,000,000/);
  });

  it("shows the plan in the report of its fit", async () => {
    const { panel } = simulatePanel({ units: 1, periods: 60, channels: ["tv", "search"] }, 4);
    const fit = await fitStructural(panel, { lags: 4, draws: 20 });
    writeFitFiles(at("whole"), fit, viewFit(fit));
    const report = async (...args: string[]) => {
      const terminal = createMemoryTerminal();
      return { code: await runCli(["report", at("whole"), ...args], terminal), err: terminal.err() };
    };
    expect((await run(at("whole"), "--draws", "10", "--out", at("other"), "--quiet")).code).toBe(0);
    expect((await report("--out", at("bare"), "--quiet")).code).toBe(0);
    expect(readFileSync(at("bare", "report.html"), "utf8")).not.toContain("The plan in short");
    expect((await report("--plan", at("other", "plan.json"), "--out", at("bare"), "--quiet")).code).toBe(0);
    expect(readFileSync(at("bare", "report.html"), "utf8")).toContain("The plan in short");
    const wrong = await report("--plan", at("whole", "result.json"), "--out", at("bare"));
    expect(wrong.code).toBe(2);
    expect(wrong.err.replaceAll(/\s+/g, " ")).toMatch(/is not a plan: schema/);
  });

  it("plans periods apart", async () => {
    const { code } = await run(at("fit"), "--periods", "6", "--per-period", "--draws", "10", "--out", at("weeks"));
    expect(code).toBe(0);
    expect(json("weeks", "plan.json").allocation).toHaveLength(18);
  });

  it.each([
    [["--budget", "1", "--target-kpi", "2"], /--budget and --target-kpi exclude each other/],
    [["--budget", "many"], /'many' is not a number/],
    [["--max-change", "300%"], /'300%' is not a share/],
    [["--price-change", "tv"], /'tv' is not a change of a price/],
    [["--margin", "0.4"], /margin of 0.4 is given, but the worth of one y is unknown/],
    [["--compare", "BOUNDS"], /cannot be compared: /],
    [["--per-period", "--timing", "even"], /the plan decides when to spend/],
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
