import { expect, it } from "vitest";
import { cliVersion } from "../runtime/versions.js";
import { createMemoryTerminal } from "../terminal/memory-terminal.js";
import { runCli } from "./run-cli.js";

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const terminal = createMemoryTerminal();
  const code = await runCli(args, terminal);
  return { code, out: terminal.out(), err: terminal.err() };
}

it("prints help and version with exit code 0", async () => {
  const help = await run("--help");
  expect(help).toMatchObject({ code: 0, err: "" });
  expect(help.out).toMatch(/demo[\s\S]*fit[\s\S]*inspect[\s\S]*report/);
  expect(await run("--version")).toEqual({ code: 0, out: `${cliVersion}\n`, err: "" });
});

it.each(["demo", "fit", "graph", "inspect", "optimize", "predict", "priors", "report", "validate"])(
  "%s has help of at most 80 columns and the common options",
  async (command) => {
    const { code, out } = await run(command, "--help");
    expect(code).toBe(0);
    for (const option of ["--seed", "--json", "--quiet"]) expect(out).toContain(option);
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  },
);

it.each([
  [["fly"], "unknown command 'fly'"],
  [["fit", "--out", "x"], "missing required argument 'data'"],
  [["fit", "a.csv"], "required option '--out <directory>'"],
  [["fit", "a.csv", "--out", "x", "--kpy", "y"], "Did you mean --kpi?"],
  [["inspect", "a.csv", "b.csv"], "too many arguments"],
  [["fit", "a.csv", "--out", "x", "--decimal", ";"], "Allowed choices are ., ,"],
  [[], "Usage: mmm"],
])("exit code 2 for mmm %j", async (args, text) => {
  const { code, out, err } = await run(...args);
  expect(code).toBe(2);
  expect(out).toBe("");
  expect(err).toContain(text);
});
