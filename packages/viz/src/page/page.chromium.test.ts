// Opens pages in a real browser, wide and narrow, light and dark. Skipped where no Chromium is found; name one with
// CHROMIUM_PATH.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createRandom } from "@mmm/core";
import { scenarioModel } from "@mmm/model";
import { openScenarios } from "@mmm/model/scenario";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { simulatedGraph, simulatedView } from "../fixture/simulated-view.js";
import { smallFit } from "../fixture/small-fit.js";
import { threeUnits } from "../fixture/three-units.js";
import { createFormat } from "../format/format.js";
import { renderGraphPage } from "../graph-page/graph-page.js";
import { honestySection } from "../graph-page/honesty-section.js";
import { truthSection } from "../graph-page/truth-section.js";
import { unitsSection } from "../graph-page/units-section.js";
import { renderReport } from "../report/report.js";

const known = [
  process.env["CHROMIUM_PATH"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
const executablePath = known.find((path) => path !== undefined && existsSync(path));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const honesty = {
  varsortability: null,
  r2Sortability: 0.5,
  rescaling: { runs: 5, changed: [{ from: "TV", to: "Search", lag: 0, share: 0.4 }] },
  yardsticks: [{ id: "randsort", distance: 3.2 }],
  nonGaussianity: null,
  hiddenCauses: [],
};
const truth = {
  auroc: 0.9,
  auprc: 0.8,
  brier: 0.1,
  ece: 0.05,
  shd: null,
  reliability: [{ count: 12, meanProbability: 0.4, frequency: 0.5 }],
};

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

const scenario = executablePath === undefined ? undefined : scenarioModel(await smallFit());

describe.skipIf(executablePath === undefined)("pages in Chromium", () => {
  let folder: string;
  const graph = simulatedGraph(["TV", "Search", "Social", "Video"], createRandom(1));
  const pages = {
    report: renderReport(
      simulatedView({ units: 4, periods: 70, draws: 6, channels: ["TV", "Search", "Out of home"], withGraph: true }),
      {
        brand: { name: "Acme", color: "#a83c10" },
        ...(scenario && { whatIf: scenario }),
      },
    ),
    graph: renderGraphPage({
      ...graph,
      kind: "lagged",
      engine: { id: "example", version: "1", settings: { lambda: 0.1 } },
      weightScale: "standardised",
      diagnostics: [{ severity: "warning", code: "FEW_ROWS", message: "Few rows.", fix: "Add rows." }],
    }),
    units: renderGraphPage(
      {
        ...graph,
        kind: "lagged",
        engine: { id: "example", version: "1", settings: {} },
        weightScale: "standardised",
        diagnostics: [],
      },
      [unitsSection(threeUnits), honestySection(honesty, { scaleInvariant: true }), truthSection(truth)],
      { verdict: { tone: "good", label: "A solid lead", text: "Three shops." } },
    ),
  };
  let browser: Browser;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "mmm-viz-"));
    for (const [name, html] of Object.entries(pages)) writeFileSync(join(folder, `${name}.html`), html);
    browser = await chromium.launch({
      executablePath: executablePath!,
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(name: string, width: number, colorScheme: "light" | "dark"): Promise<[Page, string[]]> {
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      colorScheme,
      reducedMotion: "reduce",
    });
    const page = await context.newPage();
    const troubles: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") troubles.push(message.text());
    });
    page.on("pageerror", (error) => troubles.push(error.message));
    page.on("request", (request) => {
      if (!/^(file|data|blob):/.test(request.url())) troubles.push(`request to ${request.url()}`);
    });
    await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
    await page.waitForSelector("html[data-ready]", { state: "attached" });
    return [page, troubles];
  }

  const drawAll = (page: Page): Promise<void> =>
    page.evaluate(async () => {
      for (const folded of document.querySelectorAll<HTMLDetailsElement>("details.more")) folded.open = true;
      for (const frame of document.querySelectorAll("[data-chart]")) {
        frame.scrollIntoView();
        for (let i = 0; i < 50 && !frame.querySelector("svg"); i++) await new Promise((done) => setTimeout(done, 20));
      }
    });

  const cases = [
    ["report", 1440, "light"],
    ["report", 1440, "dark"],
    ["report", 390, "light"],
    ["report", 390, "dark"],
    ["graph", 1440, "light"],
    ["graph", 390, "dark"],
    ["units", 1440, "dark"],
    ["units", 390, "light"],
  ] as const;

  test.each(cases)("%s at %i pixels, %s: all charts, no trouble, nothing sticks out, accessible", async (...given) => {
    const [page, troubles] = await open(...given);
    await drawAll(page);
    const seen = await page.evaluate(() => ({
      frames: document.querySelectorAll("[data-chart]").length,
      drawn: document.querySelectorAll("[data-chart] svg").length,
      tables: document.querySelectorAll("figure details table").length,
      overflow: document.documentElement.scrollWidth - window.innerWidth,
    }));
    expect(seen).toEqual({ frames: seen.frames, drawn: seen.frames, tables: seen.frames, overflow: 0 });
    expect(seen.frames).toBeGreaterThan(1);
    // The page's own policy forbids injected script elements; evaluation from outside is not bound by it.
    await page.evaluate(axe);
    const violations = await page.evaluate(async () => {
      const { axe: checker } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
      return (await checker.run()).violations;
    });
    const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  test("the picker shows the graph and the forecast of the chosen unit", async () => {
    const [page, troubles] = await open("units", 1440, "light");
    await page.selectOption("#unit-choice", { label: "south" });
    await page.waitForSelector("#unit-chosen [data-chart] svg");
    expect(await page.textContent("#title-unit-network")).toBe("What drives what in south");
    expect(await page.textContent("#unit-chosen")).toContain("it belongs to Cluster 2 with probability 75%");
    await page.click('#unit-picker [data-step="1"]');
    expect(await page.textContent("#title-unit-network")).toBe("What drives what in west");
    expect(await page.inputValue("#unit-choice")).toBe("2");
    expect(await page.locator('#unit-chosen [data-chart="unit-forecast"]').count()).toBe(0);
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  test("a budget that moves is answered by the model, by slider, by number and by keyboard", async () => {
    const [page, troubles] = await open("report", 1440, "light");
    const format = createFormat({ frequency: "week" });
    const scenarios = openScenarios(scenario!);
    const expectation = (): Promise<string | null> => page.textContent("#what-if-tiles li:first-child .value");
    const lever = page.locator("[data-lever='1']");
    const change = (): Promise<string | null> => page.textContent("#what-if-tiles li:nth-child(2) .note");

    await lever.locator("input[type=number]").fill(`${1.5 * scenario!.channels[1]!.unitSpend!}`);
    expect(await lever.locator("output").textContent()).toBe("+50%");
    expect(await lever.locator(".warn").textContent()).toContain("extrapolated");
    expect(await expectation()).toBe(format.value(scenarios.forecast([1, 1.5]).total.mean, "compact"));
    await page.waitForFunction(() => document.querySelector("#spoken")?.textContent?.includes("probability"));
    const { lower, upper } = scenarios.change([1, 1.5]).contribution;
    expect(await change()).toContain(`${format.value(lower, "compact")} to ${format.value(upper, "compact")}`);
    const { mean } = scenarios.contribution(1, 1.5);
    expect(await lever.locator("dd span").first().textContent()).toBe(format.value(mean, "compact"));

    await page.click('[data-what-if="today"]');
    expect(await page.textContent("#what-if-tiles li:nth-child(2) .value")).toBe("none");
    await page.focus("[data-lever='0'] input[type=range]");
    for (let i = 0; i < 10; i++) await page.keyboard.press("ArrowRight");
    expect(await page.locator("[data-lever='0'] output").textContent()).toBe("+10%");
    expect(await expectation()).toBe(format.value(scenarios.forecast([1.1, 1]).total.mean, "compact"));
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  test("the theme switch repaints page and charts, and the choice wins over the system", async () => {
    const [page] = await open("report", 1440, "light");
    await page.focus("[data-chart]");
    await page.waitForSelector("[data-chart] svg");
    const look = () =>
      page.evaluate(() => [
        getComputedStyle(document.body).backgroundColor,
        document.querySelector("[data-chart] svg text")!.getAttribute("fill"),
      ]);
    const light = await look();
    await page.click("#theme-switch");
    expect(await look()).toEqual(light);
    await page.click("#theme-switch");
    const dark = await look();
    expect(dark[0]).not.toBe(light[0]);
    expect(dark[1]).not.toBe(light[1]);
    await page.context().close();
  });

  test("arrow keys walk through a chart and read the numbers aloud", async () => {
    const [page] = await open("report", 1440, "light");
    await page.focus('[data-chart="actual-vs-predicted"]');
    await page.waitForSelector('[data-chart="actual-vs-predicted"] svg');
    await page.keyboard.press("ArrowRight");
    const spoken = await page.textContent("#spoken");
    expect(spoken).toMatch(/^\d+ \w+ \d{4}, Actual .+, Predicted .+ \(.+ to .+\)$/);
    await page.keyboard.press("ArrowRight");
    expect(await page.textContent("#spoken")).not.toBe(spoken);
    await page.context().close();
  });

  test("a chart can be saved as CSV and SVG", async () => {
    const [page] = await open("report", 1440, "light");
    const details = page.locator("#chart-contribution-waterfall details");
    await details.locator("summary").click();
    for (const [kind, start] of [
      ["csv", "Component,Contribution,Lower,Upper"],
      ["svg", "<svg"],
    ] as const) {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        details.locator(`[data-save="${kind}"]`).click(),
      ]);
      expect(download.suggestedFilename()).toBe(`contribution-waterfall.${kind}`);
      expect(readFileSync((await download.path())!, "utf8").startsWith(start)).toBe(true);
    }
    await page.context().close();
  });
});
