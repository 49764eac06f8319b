// The public example files, where a checkout has them beside it, without any flag about roles.

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { runCli } from "../program/run-cli.js";
import { resultSchema } from "../result-schema/result-schema.js";
import { createMemoryTerminal } from "../terminal/memory-terminal.js";

const folder = fileURLToPath(new URL("../../../../../shared/data/mmm/", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "mmm-public-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const files: readonly [file: string, channels: number, priced: number, flags: readonly string[]][] = [
  ["robyn_weekly", 6, 5, ["--holdout", "26"]],
  ["meridian_national_all_channels", 6, 5, []],
  ["meridian_geo_media", 4, 4, ["--holdout", "26"]],
  ["pymc_example", 2, 2, []],
];

describe.skipIf(!existsSync(folder))("public example files", () => {
  it.each(files)("%s", async (name, channels, priced, flags) => {
    const terminal = createMemoryTerminal();
    const out = join(root, name);
    const code = await runCli(["fit", join(folder, `${name}.csv`), "--out", out, ...flags], terminal);
    expect(terminal.err()).toBe("");
    expect(code).toBe(0);
    const result = resultSchema.parse(JSON.parse(readFileSync(join(out, "result.json"), "utf8")));
    expect(result.channels).toHaveLength(channels);
    expect(result.channels.filter(({ roi }) => roi !== null)).toHaveLength(priced);
    expect(result.channels.reduce((sum, { share }) => sum + share.mean, 0)).toBeCloseTo(1, 9);
    const { holdout, naive } = result.fit;
    expect(holdout!.rmse!).toBeLessThan(naive.unitMean!.rmse!);
  });
});
