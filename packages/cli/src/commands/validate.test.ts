import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simulatePanel, toCsv } from "@mmm/data";
import { crossValidate, placeboTest } from "@mmm/model";
import { afterAll, describe, expect, it } from "vitest";
import { runCli } from "../program/run-cli.js";
import { createMemoryTerminal } from "../terminal/memory-terminal.js";

const root = mkdtempSync(join(tmpdir(), "mmm-validate-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (...parts: string[]): string => join(root, ...parts);
const { panel, table } = simulatePanel({ units: 3, periods: 70, channels: ["tv_spend", "search_spend"], edges: 0 }, 3);
writeFileSync(at("data.csv"), toCsv(table));
writeFileSync(at("config.json"), JSON.stringify({ model: { draws: 40 } }));
const draws = ["--config", at("config.json")];

async function validate(args: readonly string[], terminal = createMemoryTerminal()) {
  const code = await runCli(["validate", ...args], terminal);
  return { code, out: terminal.out(), err: terminal.err().replace(/\s+/g, " "), events: terminal.events };
}

describe("mmm validate", () => {
  it("runs all tests, prints them within 80 columns and writes what the functions return", async () => {
    const args = [at("data.csv"), "--origins", "2", "--horizon", "6", "--seed", "4", ...draws, "--out", at("out")];
    const { code, out, err } = await validate(args);
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(readdirSync(at("out"))).toEqual(["validation.json"]);
    const written = JSON.parse(readFileSync(at("out", "validation.json"), "utf8"));
    expect(written).toMatchObject({
      schema: "mmm.validation/v1",
      kpi: "y",
      units: 3,
      periods: 70,
      runtime: { seed: 4 },
    });
    const options = { draws: 40, seed: 4 };
    const plain = (value: unknown) => JSON.parse(JSON.stringify(value));
    expect(written.crossValidation).toEqual(plain(await crossValidate(panel, options, { origins: 2, horizon: 6 })));
    expect(written.placebo).toEqual(plain(await placeboTest(panel, options)));
    expect(written.leaveOneOut.holdout).toBe(6);
    expect(written.stability.movements.length).toBe(7);
    expect(written.randomCommonCause.change).toBe("with a control that is pure chance");
    expect(out).toContain(`Forecast of 6 from`);
    expect(out).toMatch(new RegExp(`${panel.periods[64]} .*\\d/6`));
    expect(out).toMatch(/Mean skill -?\d+%: (better|worse) than the mean of the last 8 periods/);
    expect(out).toMatch(/[012] of 2 shifted channels/);
    const long = out.split("\n").filter((line) => line.length > 80 && !line.includes(root));
    expect(long).toEqual([]);
  });

  it("runs the tests that are asked for, with progress per refit for programs", async () => {
    const { code, events } = await validate([
      at("data.csv"),
      ...["--tests", "origins, stability", "--origins", "1", "--json", ...draws, "--out", at("some")],
    ]);
    expect(code).toBe(0);
    const { validation } = events().at(-1) as unknown as { validation: Record<string, { horizon?: number } | null> };
    expect(validation["placebo"]).toBeNull();
    expect(validation["leaveOneOut"]).toBeNull();
    expect(validation["crossValidation"]!.horizon).toBe(7);
    const steps = events().filter(({ event }) => event === "progress");
    expect([...new Set(steps.map(({ phase }) => phase))]).toEqual(["cross-validation", "stability"]);
    expect(steps.at(-1)).toMatchObject({ phase: "stability", step: 2, total: 2 });
  });

  it("stops at Ctrl-C with exit code 130 and leaves nothing behind", async () => {
    const terminal = createMemoryTerminal();
    const write = terminal.stdout.write.bind(terminal.stdout);
    terminal.stdout.write = ((text: string) => {
      if (text.includes('"placebo test"')) terminal.interrupt();
      return write(text);
    }) as typeof terminal.stdout.write;
    const { code } = await validate(
      [at("data.csv"), "--origins", "1", "--json", ...draws, "--out", at("stopped")],
      terminal,
    );
    expect(code).toBe(130);
    expect(readdirSync(root)).not.toContain("stopped");
  });

  it("refits the whole model, or its structural part when asked", async () => {
    writeFileSync(at("network.json"), JSON.stringify({ model: { draws: 40, temporal: "localLevel" } }));
    const args = ["--tests", "origins", "--origins", "1", "--horizon", "6", "--json"];
    const scores = async (...more: string[]) => {
      const out = at(`refit-${more.at(-1)}`);
      const { code, events } = await validate([at("data.csv"), ...args, "--out", out, ...more]);
      expect(code).toBe(0);
      const phases = events().filter(({ message }) => String(message).includes("training"));
      const { validation } = events().at(-1) as unknown as { validation: { crossValidation: { origins: unknown[] } } };
      return { trained: phases.length > 0, origins: validation.crossValidation.origins };
    };
    const full = await scores("--config", at("network.json"));
    const part = await scores("--config", at("network.json"), "--refit", "structural");
    const plain = await scores(...draws);
    expect(full.trained).toBe(true);
    expect(part).toEqual({ trained: false, origins: plain.origins });
  }, 60_000);

  it("says that a single channel cannot be left out, and goes on", async () => {
    const { code, out } = await validate([
      at("data.csv"),
      ...["--media", "tv_spend", "--ignore", "search_spend", "--tests", "leave-one-out", ...draws, "--out", at("one")],
    ]);
    expect(code).toBe(0);
    expect(out).toContain("Only one channel: there is none to leave out.");
  });

  it.each([
    [["--origins", "0"], "--origins is '0'; it must be a whole number above 0"],
    [["--horizon", "x"], "--horizon is 'x'; it must be a whole number above 0"],
    [["--tests", "luck"], "--tests names 'luck', which is no test; there are: origins, placebo"],
    [["--origins", "12", "--horizon", "6"], "12 origins 6 periods apart with a horizon of 6 leave 0 of 70 periods"],
  ])("refuses %j", async (flags, message) => {
    const { code, err } = await validate([at("data.csv"), ...flags, "--out", at("faulty")]);
    expect(err).toContain(message);
    expect(code).toBe(2);
    expect(readdirSync(root)).not.toContain("faulty");
  });
});
