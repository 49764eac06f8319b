import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simulatePanel, toCsv } from "@mmm/data";
import { resultOf } from "@mmm/model";
import { loadFit } from "@mmm/model/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../program/run-cli.js";
import { resultSchema } from "../result-schema/result-schema.js";
import { createMemoryTerminal, type MemoryTerminal } from "../terminal/memory-terminal.js";

const root = mkdtempSync(join(tmpdir(), "mmm-fit-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (...parts: string[]): string => join(root, ...parts);
const data = at("data.csv");
writeFileSync(data, toCsv(simulatePanel({ units: 4, periods: 70, channels: ["tv_spend", "search_spend"] }, 3).table));
const json = (...parts: string[]) => JSON.parse(readFileSync(at(...parts), "utf8"));

async function run(
  args: readonly string[],
  terminal = createMemoryTerminal(),
): Promise<MemoryTerminal & { code: number }> {
  const code = await runCli(args, terminal);
  return { ...terminal, code };
}

describe("mmm fit", () => {
  let first: Awaited<ReturnType<typeof run>>;
  beforeAll(async () => {
    first = await run(["fit", data, "--holdout", "10", "--out", at("first"), "--seed", "5", "--title", "Shop & Co"]);
  }, 120_000);

  it.each(["€", "$", "kr "])("reads and reports spend written with '%s'", async (sign) => {
    const { table } = simulatePanel({ units: 1, periods: 70, channels: ["tv_spend"] }, 3);
    const columns = table.columns.map(({ name, cells }) =>
      name === "tv_spend" ? { name, cells: cells.map((cell) => `${sign}${cell}`) } : { name, cells },
    );
    const file = at("money.csv");
    writeFileSync(file, toCsv({ ...table, columns }));
    const { code, err } = await run(["fit", file, "--out", at("money")]);
    expect(err()).toBe("");
    expect(code).toBe(0);
    expect(json("money", "view.json").currency).toBe(sign === "€" ? "EUR" : null);
  });

  it("writes the fit, result.json, contributions.csv, view.json and report.html and nothing else", () => {
    expect(first.err()).toBe("");
    expect(first.code).toBe(0);
    expect(readdirSync(at("first")).sort()).toEqual([
      "contributions.csv",
      "manifest.json",
      "model-inputs.safetensors",
      "model.onnx",
      "panel.safetensors",
      "report.html",
      "result.json",
      "view.json",
      "weights.safetensors",
    ]);
    expect(readFileSync(at("first", "report.html"), "utf8")).toContain("Shop &amp; Co");
  });

  it("writes a result that its schema describes, with what it cost", () => {
    const result = resultSchema.parse(json("first", "result.json"));
    expect(result).toMatchObject({ kpi: "y", units: 4, periods: 70, runtime: { seed: 5 } });
    expect(result.channels.map(({ name }) => name)).toEqual(["tv_spend", "search_spend"]);
    expect(result.fit.holdout).not.toBeNull();
    expect(result.runtime.peakRssMb).toBeGreaterThan(10);
    expect(result.runtime.versions).toHaveProperty("@mmm/model");
    expect(json("first", "view.json").result).toEqual(result);
  });

  it("writes a fit that loads and says the same", () => {
    const { channels, mediaFraction } = resultOf(loadFit(at("first")));
    expect({ channels, mediaFraction }).toEqual({
      channels: json("first", "result.json").channels,
      mediaFraction: json("first", "result.json").mediaFraction,
    });
  });

  it("prints guesses, metrics beside naive rules, channels and findings within 80 columns", () => {
    const text = first.out();
    expect(text).toMatch(/kpi\s+y\s+guessed/);
    expect(text).toContain("Holding out the last 10 of 70 periods");
    for (const head of [
      "R² pooled",
      "R² within units",
      "RMSE",
      "each unit's mean",
      "share of effect",
      "ROI",
      "marginal ROI",
    ]) {
      expect(text).toContain(head);
    }
    expect(text).toMatch(/tv_spend +\d+% \[\d+, \d+\]/);
    const long = text.split("\n").filter((line) => line.length > 80 && !line.includes(root));
    expect(long).toEqual([]);
  });

  it("gives the same result for the same seed, apart from what it cost", async () => {
    await run([
      "fit",
      data,
      "--holdout",
      "10",
      "--out",
      at("second"),
      "--seed",
      "5",
      "--title",
      "Shop & Co",
      "--quiet",
    ]);
    const { runtime: one, ...firstResult } = json("first", "result.json");
    const { runtime: two, ...secondResult } = json("second", "result.json");
    expect(JSON.stringify(secondResult)).toBe(JSON.stringify(firstResult));
    expect(two.seed).toBe(one.seed);
    await run(["fit", data, "--holdout", "10", "--out", at("third"), "--seed", "6", "--quiet"]);
    expect(json("third", "result.json").channels).not.toEqual(firstResult.channels);
  });

  it("says nothing with --quiet and only JSON events with --json", async () => {
    const quiet = await run(["fit", data, "--holdout", "0", "--out", at("quiet"), "--quiet"]);
    expect([quiet.out(), quiet.err()]).toEqual(["", ""]);
    expect(json("quiet", "result.json").fit.holdout).toBeNull();
    const program = await run(["fit", data, "--out", at("json"), "--json"]);
    expect(program.err()).toBe("");
    const events = program.events();
    expect(events[0]).toMatchObject({ event: "roles", roles: { kpi: "y", date: "week" } });
    expect(events[1]).toEqual({ event: "holdout", periods: 7, byDefault: true });
    expect(events.filter(({ event }) => event === "progress").length).toBeGreaterThan(1);
    expect(events.at(-1)).toMatchObject({ event: "done", result: { schema: "mmm.result/v1" } });
  });

  it("takes roles, holdout and settings of the model from a config file", async () => {
    const config = at("config.json");
    writeFileSync(
      config,
      JSON.stringify({ kpi: "y", media: "tv_*", ignore: "search_spend", holdout: 6, model: { interval: 0.5 } }),
    );
    const { code } = await run(["fit", data, "--config", config, "--out", at("config"), "--quiet"]);
    expect(code).toBe(0);
    const result = json("config", "result.json");
    expect(result.channels.map(({ name }: { name: string }) => name)).toEqual(["tv_spend"]);
    expect(result.interval).toBe(0.5);
    expect(result.diagnostics.length).toBeGreaterThan(0);
  });

  it("stops at Ctrl-C with exit code 130 and leaves nothing behind", async () => {
    const terminal = createMemoryTerminal();
    const write = terminal.stdout.write.bind(terminal.stdout);
    terminal.stdout.write = ((text: string) => {
      if (text.includes('"progress"')) terminal.interrupt();
      return write(text);
    }) as typeof terminal.stdout.write;
    const { code, err, events } = await run(["fit", data, "--out", at("stopped"), "--json"], terminal);
    expect(code).toBe(130);
    expect(err()).toContain("Cancelled. Nothing was written.");
    expect(events().at(-1)).toMatchObject({ event: "error", code: "CANCELLED", exitCode: 130 });
    expect(readdirSync(root)).not.toContain("stopped");
  });

  it("is what mmm report draws again, and draws in other words", async () => {
    const again = await run(["report", at("first"), "--out", at("again")]);
    expect(again.code).toBe(0);
    expect(readFileSync(at("again", "report.html"), "utf8")).toBe(readFileSync(at("first", "report.html"), "utf8"));
    await run(["report", at("first"), "--out", at("again"), "--title", "Other name", "--currency", "EUR"]);
    expect(readFileSync(at("again", "report.html"), "utf8")).toContain("Other name");
  });

  it("is told apart from other directories by mmm report", async () => {
    const { code, err } = await run(["report", root, "--out", at("nowhere")]);
    expect(code).toBe(2);
    expect(err().replace(/\s+/g, " ")).toContain("is not a fit directory: it has no readable view.json");
    writeFileSync(at("view.json"), '{"schema":"mmm.view/v9"}');
    expect((await run(["report", root, "--out", at("nowhere")])).err().replace(/\s+/g, " ")).toContain(
      "the schema of its view.json is 'mmm.view/v9', not 'mmm.view/v1'",
    );
    expect(readdirSync(root)).not.toContain("nowhere");
  });
});

describe("mmm inspect", () => {
  it("says roles, quality and the holdout, and writes nothing", async () => {
    const before = readdirSync(root);
    const { code, out } = await run(["inspect", data]);
    expect(code).toBe(0);
    expect(out()).toContain("4 units × 70 periods (week)");
    expect(out()).toMatch(/tv_spend +activity/);
    expect(out()).toContain("Findings");
    expect(
      Math.max(
        ...out()
          .split("\n")
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(80);
    expect(readdirSync(root)).toEqual(before);
  });

  it("gives the same to programs as one line", async () => {
    const { events } = await run(["inspect", data, "--json"]);
    expect(events()).toEqual([
      expect.objectContaining({
        event: "inspection",
        roles: expect.objectContaining({ kpi: "y" }),
        quality: expect.objectContaining({ units: 4, diagnostics: expect.any(Array) }),
      }),
    ]);
  });
});
