import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simulatePanel, toCsv } from "@mmm/data";
import { afterAll, describe, expect, it } from "vitest";
import { runCli } from "../program/run-cli.js";
import { createMemoryTerminal } from "../terminal/memory-terminal.js";

const root = mkdtempSync(join(tmpdir(), "mmm-resume-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (...parts: string[]): string => join(root, ...parts);
const drifting = { units: 4, periods: 60, channels: ["tv_spend", "search_spend"], drift: 0.4 };
writeFileSync(at("data.csv"), toCsv(simulatePanel(drifting, 3).table));
writeFileSync(at("config.json"), JSON.stringify({ model: { draws: 30, temporal: "localLevel" }, graph: "none" }));
const fit = (out: string, ...more: string[]): string[] => {
  const fixed = ["--config", at("config.json"), "--holdout", "6", "--json"];
  return ["fit", at("data.csv"), ...fixed, "--out", at(out), ...more];
};
const numbers = (out: string) => {
  const { runtime: _, ...rest } = JSON.parse(readFileSync(at(out, "result.json"), "utf8"));
  return rest;
};

describe("mmm fit --resume", () => {
  it("goes on with a stopped run to the numbers of one that was not stopped", async () => {
    expect(await runCli(fit("whole"), createMemoryTerminal())).toBe(0);
    expect(readdirSync(at("whole"))).not.toContain("training.safetensors");

    const stopped = createMemoryTerminal();
    const running = runCli(fit("part"), stopped);
    const kept = at("part", "training.safetensors");
    while (!existsSync(kept)) await new Promise((resolve) => setTimeout(resolve, 1));
    stopped.interrupt();
    expect(await running).toBe(130);
    expect(readdirSync(at("part"))).toEqual(["training.safetensors"]);
    expect(stopped.err().replace(/\s+/g, " ")).toContain("the same command with --resume goes on from there");

    const other = createMemoryTerminal();
    expect(await runCli(fit("part", "--resume", "--seed", "2"), other)).toBe(2);
    expect(other.err().replace(/\s+/g, " ")).toContain("had other data, options or versions");

    expect(await runCli(fit("part", "--resume"), createMemoryTerminal())).toBe(0);
    expect(numbers("part")).toEqual(numbers("whole"));
    expect(existsSync(kept)).toBe(false);
  }, 120_000);

  it("says when there is nothing to go on with", async () => {
    const terminal = createMemoryTerminal();
    const args = fit("new", "--resume").filter((flag) => flag !== "--json");
    expect(await runCli(args, terminal)).toBe(0);
    expect(terminal.out().replace(/\s+/g, " ")).toContain("starting from the beginning");
  }, 60_000);
});
