import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simulateLiftTest, simulatePanel, toCsv } from "@mmm/data";
import { loadFit } from "@mmm/model/node";
import { afterAll, expect, it } from "vitest";
import { runCli } from "../program/run-cli.js";
import { resultSchema } from "../result-schema/result-schema.js";
import { createMemoryTerminal } from "../terminal/memory-terminal.js";

const root = mkdtempSync(join(tmpdir(), "mmm-calibration-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (...parts: string[]): string => join(root, ...parts);
const channels = ["tv_spend", "search_spend"];
const { panel, table, truth } = simulatePanel({ units: 3, periods: 60, channels, controls: 0 }, 5);
writeFileSync(at("data.csv"), toCsv(table));
const test = simulateLiftTest(
  truth,
  panel,
  { channel: "tv_spend", units: "all", from: panel.periods[20]!, to: panel.periods[23]!, spendChange: "all" },
  1,
);
const head = "channel,from,to,spend_change,lift,standard_error";
const row = `tv_spend,${test.from},${test.to},all,${test.lift},${test.standardError}`;
writeFileSync(at("tests.csv"), `${head}\n${row}\n`);

async function run(...args: string[]) {
  const terminal = createMemoryTerminal();
  const code = await runCli(args, terminal);
  return { code, out: terminal.out(), err: terminal.err() };
}

it("mmm priors writes a config that mmm fit takes, with lift tests beside it", async () => {
  expect((await run("priors", at("data.csv"), "--out", at("priors.json"), "--kpi", "y")).code).toBe(0);
  const config = JSON.parse(readFileSync(at("priors.json"), "utf8"));
  expect(Object.keys(config.priors)).toEqual(channels);
  expect(config.kpi).toBe("y");
  const again = await run("priors", at("data.csv"), "--out", at("priors.json"));
  expect(again.code).toBe(2);
  expect(again.err).toContain("is there already");

  const { tv_spend: _, ...priors } = config.priors;
  writeFileSync(at("priors.json"), JSON.stringify({ ...config, liftTests: "tests.csv", priors }));
  const fitted = await run(
    ...["fit", at("data.csv"), "--config", at("priors.json"), "--holdout", "6", "--out", at("fit")],
    ...["--prior", "search_spend: share 1%..60%"],
  );
  expect(fitted.err).toBe("");
  expect(fitted.out).toMatch(/Lift test +measured +before +after +z\n.*tv_spend/);
  expect(fitted.out).toMatch(/Belief +range/);
  expect(fitted.out).toContain("1% to 60%");
  const result = resultSchema.parse(JSON.parse(readFileSync(at("fit", "result.json"), "utf8")));
  expect(result.calibration!.tests[0]).toMatchObject({ channel: "tv_spend", used: true });
  expect(loadFit(at("fit")).settings.liftTests.length).toBe(1);
  expect(readFileSync(at("fit", "report.html"), "utf8")).toContain('id="calibration"');
});

it("a test that does not suit the data is refused with file, row and column, and nothing is written", async () => {
  writeFileSync(at("bad.csv"), `${head}\n${row.replace("tv_spend", "radio")}\n`);
  const { code, err } = await run("fit", at("data.csv"), "--lift-tests", at("bad.csv"), "--out", at("none"));
  expect(code).toBe(2);
  expect(err).toContain("There is no channel 'radio'");
  expect(err).toContain("row 2, column 'channel'");
  const belief = await run("fit", at("data.csv"), "--prior", "radio: roi 1..2", "--out", at("none"));
  expect(belief.code).toBe(2);
  expect(belief.err).toContain("There is a prior for 'radio'");
});
