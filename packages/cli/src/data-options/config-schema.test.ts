import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { configJsonSchema, readConfigFile } from "./config-file.js";

it("the shipped JSON Schema of a config file is the one that scripts/write-schemas.mjs makes", () => {
  const shipped = readFileSync(new URL("../../schemas/mmm.config.v1.schema.json", import.meta.url), "utf8");
  expect(JSON.parse(shipped)).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
});

it("reads priors, finds lift tests beside the config file, and names a wrong answer", () => {
  const directory = mkdtempSync(join(tmpdir(), "mmm-config-"));
  const path = join(directory, "config.json");
  const write = (config: object): void => writeFileSync(path, JSON.stringify(config));
  try {
    write({ liftTests: "tests.csv", priors: { tv: { question: "What return?", roi: [0.5, 3] } } });
    expect(readConfigFile(path)).toEqual({
      liftTests: join(directory, "tests.csv"),
      priors: { tv: { question: "What return?", roi: [0.5, 3] } },
    });
    write({ priors: { tv: { roi: [0.5] } } });
    expect(() => readConfigFile(path)).toThrow(/config.json' cannot be used: priors.tv.roi/);
    write({ priors: { tv: { roas: [0.5, 1] } } });
    expect(() => readConfigFile(path)).toThrow(/priors.tv: Unrecognized key: "roas"/);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
