import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simulatePanel } from "@mmm/data";
import { afterAll, describe, expect, it } from "vitest";
import { parseCurrency, parseHoldout, parseLocale, readDataOptions } from "./data-options.js";
import { chooseHoldout, describeHoldout } from "./holdout.js";

const folder = mkdtempSync(join(tmpdir(), "mmm-options-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const configFile = (text: string): string => {
  const path = join(folder, "config.json");
  writeFileSync(path, text);
  return path;
};

describe("parseCurrency and parseLocale", () => {
  it("take what the formats of numbers take", () => {
    expect(["EUR", "usd"].map(parseCurrency)).toEqual(["EUR", "usd"]);
    expect(parseLocale("de-de")).toBe("de-DE");
  });

  it.each(["EURO", "€", ""])("refuse '%s' as a currency, as a flag and in a config file", (currency) => {
    const refusal = `'${currency}' is not a currency code.`;
    expect(() => parseCurrency(currency)).toThrow(refusal);
    expect(() => readDataOptions({ config: configFile(JSON.stringify({ currency })) })).toThrow(refusal);
  });

  it.each(["nonsense_x", "e"])("refuse '%s' as a locale", (locale) => {
    expect(() => parseLocale(locale)).toThrow(`'${locale}' is not a locale.`);
  });
});

describe("readDataOptions", () => {
  it("takes flags over the config file, key by key", () => {
    const config = configFile(
      JSON.stringify({
        kpi: "sales",
        media: ["tv", "radio"],
        holdout: "0.2",
        seed: 7,
        model: { lags: 4, interval: 0.8 },
      }),
    );
    expect(readDataOptions({ config, kpi: "visits", delimiter: "tab" as never })).toEqual({
      load: { kpi: "visits", media: ["tv", "radio"], delimiter: "\t" },
      model: { lags: 4, interval: 0.8, seed: 7 },
      holdout: 0.2,
      title: undefined,
    });
    expect(readDataOptions({ config, seed: 2, holdout: 5 })).toMatchObject({ model: { seed: 2 }, holdout: 5 });
  });

  it("has seed 1 and guesses everything without options", () => {
    expect(readDataOptions({})).toEqual({ load: {}, model: { seed: 1 }, holdout: undefined, title: undefined });
  });

  it.each([
    ['{"kpy": "sales"}', /Unrecognized key: "kpy"/],
    ['{"model": {"lags": "many"}}', /model\.lags: .*expected (int|number)/],
    ["{", /JSON/],
  ])("refuses %s and names what is allowed", (text, message) => {
    expect(() => readDataOptions({ config: configFile(text) })).toThrow(
      expect.objectContaining({
        code: "BAD_CONFIG",
        kind: "usage",
        message: expect.stringMatching(message),
        fix: expect.stringContaining("date, geo, kpi, media"),
      }),
    );
  });

  it("refuses a config file that is not there", () => {
    expect(() => readDataOptions({ config: join(folder, "none.json") })).toThrow(/none\.json' cannot be used: ENOENT/);
  });
});

describe("holdout", () => {
  const weekly = (units: number, periods: number) => simulatePanel({ units, periods, channels: 3 }, 1).panel;

  it("is read as a count, a part or a first period", () => {
    expect(["13", "0.1", "2024-03-04"].map(parseHoldout)).toEqual([13, 0.1, "2024-03-04"]);
    const panel = weekly(4, 100);
    const periods = (asked: number | string) => chooseHoldout(panel, asked).periods;
    expect([periods(13), periods(0.2), periods(panel.periods[95]!), periods(0)]).toEqual([13, 20, 5, 0]);
  });

  it("is a tenth of the periods by default, at most a year, and nothing where every row is needed", () => {
    expect(chooseHoldout(weekly(4, 100), undefined)).toEqual({ periods: 10, byDefault: true });
    expect(chooseHoldout(weekly(4, 700), undefined).periods).toBe(52);
    expect(chooseHoldout(weekly(1, 40), undefined).periods).toBe(0);
  });

  it("is refused when the rest is too little to learn from", () => {
    expect(() => chooseHoldout(weekly(1, 60), 50)).toThrow(expect.objectContaining({ code: "TOO_FEW_PERIODS" }));
    expect(() => chooseHoldout(weekly(1, 60), 80)).toThrow(expect.objectContaining({ code: "BAD_HOLDOUT" }));
  });

  it("is said in words", () => {
    const panel = weekly(4, 100);
    expect(describeHoldout(panel, chooseHoldout(panel, 13))).toBe(
      `Holding out the last 13 of 100 periods, from ${panel.periods[87]}.`,
    );
    expect(describeHoldout(panel, chooseHoldout(panel, undefined))).toMatch(/; --holdout changes that\.$/);
  });
});
