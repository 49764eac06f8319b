import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readTable, simulatePanel, tableColumn } from "@mmm/data";
import { type Forecast, fitStructural, viewFit } from "@mmm/model";
import { chromium } from "playwright-core";
import { afterAll, describe, expect, it } from "vitest";
import { writeFitFiles } from "../output/fit-files.js";
import { runCli } from "../program/run-cli.js";
import { createMemoryTerminal } from "../terminal/memory-terminal.js";

const root = mkdtempSync(join(tmpdir(), "mmm-report-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (...parts: string[]): string => join(root, ...parts);

const { panel } = simulatePanel({ units: 3, periods: 70, channels: ["tv_spend", "search_spend"], controls: 1 }, 3);
const fit = await fitStructural(panel, { draws: 40 });
writeFitFiles(at("fit"), fit, viewFit(fit));

async function run(...args: string[]) {
  const terminal = createMemoryTerminal();
  const code = await runCli(args, terminal);
  return { code, out: terminal.out(), err: terminal.err().replace(/\s+/g, " "), events: terminal.events };
}

const known = [
  process.env["CHROMIUM_PATH"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];
const executablePath = known.find((path) => path !== undefined && existsSync(path));

describe("mmm report", () => {
  it("writes slides and every chart in every kind", async () => {
    const { code, err, out } = await run(
      ...["report", at("fit"), "--out", at("all"), "--deck", "--charts", "svg,png,csv,json"],
      ...["--brand-name", "Acme & Söhne", "--accent", "#a83c10", "--currency", "EUR"],
    );
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(out).toContain("report.pptx");
    expect(readFileSync(at("all", "report.html"), "utf8")).toContain("Acme &amp; Söhne");
    const deck = readFileSync(at("all", "report.pptx"), "latin1");
    expect(deck.slice(0, 2)).toBe("PK");
    expect(new Set(deck.match(/ppt\/slides\/slide\d+\.xml/g)).size).toBeGreaterThan(8);
    const names = readdirSync(at("all", "charts"));
    const kinds = (kind: string): string[] => names.filter((name) => name.endsWith(kind));
    expect(kinds(".png").length).toBeGreaterThan(10);
    for (const kind of [".svg", ".csv", ".json"]) expect(kinds(kind).length).toBe(kinds(".png").length);
    const png = readFileSync(at("all", "charts", "return-on-investment.png"));
    expect(png.toString("latin1", 1, 4)).toBe("PNG");
    expect(png.readUInt32BE(16)).toBe(1440);
    expect(readFileSync(at("all", "charts", "spend-vs-effect.csv"), "utf8")).toContain("tv_spend");
  });

  it("refuses kinds, logos and colours that it does not know", async () => {
    expect((await run("report", at("fit"), "--out", at("x"), "--charts", "svg,gif")).err).toContain(
      "--charts has 'gif'; allowed: svg, png, csv, json.",
    );
    expect((await run("report", at("fit"), "--out", at("x"), "--logo", "logo.webp")).err).toContain("PNG, JPEG or SVG");
    expect((await run("report", at("fit"), "--out", at("x"), "--accent", "red")).err).toContain("#rrggbb");
    expect(existsSync(at("x"))).toBe(false);
  });

  it("shows what mmm validate found, and refuses what it did not write", async () => {
    writeFitFiles(at("checked"), fit, viewFit(fit));
    const attempt = { channel: "tv_spend", repeat: 1, passed: false };
    const share = { mean: 0.1, lower: 0.05, upper: 0.2 };
    const placebo = { tolerance: 0.01, passed: 0, runs: [{ ...attempt, share, contribution: share }] };
    writeFileSync(at("checked", "validation.json"), JSON.stringify({ schema: "mmm.validation/v1", placebo }));
    expect((await run("report", at("checked"), "--out", at("checked-report"))).err).toBe("");
    expect(readFileSync(at("checked-report", "report.html"), "utf8")).toContain("Credit all the same: tv_spend.");
    writeFileSync(at("checked", "validation.json"), "{}");
    const { code, err } = await run("report", at("checked"), "--out", at("checked-report"));
    expect(code).toBe(2);
    expect(err).toContain("is not what `mmm validate` writes");
  });

  it("draws a directory that holds the view alone, without budgets to move", async () => {
    writeFitFiles(at("view"), fit, viewFit(fit));
    for (const name of readdirSync(at("view"))) if (name !== "view.json") rmSync(at("view", name));
    expect((await run("report", at("view"), "--out", at("view-report"))).code).toBe(0);
    expect(readFileSync(at("view-report", "report.html"), "utf8")).not.toContain("What if?");
  });
});

describe.skipIf(executablePath === undefined)("budgets moved in the report", () => {
  it("give what mmm predict gives for the saved plan, bounds included", async () => {
    const browser = await chromium.launch({
      executablePath: executablePath!,
      args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
    });
    try {
      const page = await browser.newPage({ acceptDownloads: true });
      await page.goto(pathToFileURL(at("fit", "report.html")).href);
      await page.waitForSelector("html[data-ready]", { state: "attached" });
      for (const [lever, amount] of [
        [0, "3210.5"],
        [1, "777"],
      ]) {
        await page.locator(`[data-lever='${lever}'] input[type=number]`).fill(`${amount}`);
      }
      await page.evaluate(() => {
        for (const details of document.querySelectorAll("details")) details.open = true;
      });
      const save = async (button: string, name: string): Promise<void> => {
        const [download] = await Promise.all([page.waitForEvent("download"), page.locator(button).click()]);
        await download.saveAs(at(name));
      };
      await save('[data-what-if="csv"]', "plan.csv");
      await save('[data-save="csv"][data-for="plan-forecast"]', "shown.csv");
    } finally {
      await browser.close();
    }
    const { events, err } = await run(
      "predict",
      at("fit"),
      "--data",
      at("plan.csv"),
      "--out",
      at("ahead.csv"),
      "--json",
    );
    expect(err).toBe("");
    const { forecast } = events().find(({ event }) => event === "done") as unknown as { forecast: Forecast };
    expect(forecast.channels[0]!.spend ?? forecast.channels[0]!.activity).toBeCloseTo(3210.5, 0);
    const shown = readTable(readFileSync(at("shown.csv"), "utf8"));
    const ahead = (column: string): number[] =>
      tableColumn(shown, column)
        .cells.filter((cell) => cell !== "")
        .map(Number);
    const pairs = { "This plan": "mean", Lower: "lower", Upper: "upper" } as const;
    for (const [column, bound] of Object.entries(pairs) as [keyof typeof pairs, "mean" | "lower" | "upper"][]) {
      const expected = forecast.byPeriod.map((interval) => interval![bound]);
      ahead(column).forEach((value, t) => {
        expect(Math.abs(value / expected[t]! - 1)).toBeLessThan(1e-3);
      });
      expect(ahead(column).length).toBe(13);
    }
  });
});
