import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const built = fileURLToPath(new URL("../dist/main.js", import.meta.url));

it.skipIf(!existsSync(built))("the built program passes arguments in and the exit code out", () => {
  const run = (...args: string[]) => spawnSync(process.execPath, [built, ...args], { encoding: "utf8" });
  expect(run("--version")).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: "" });
  expect(run("inspect", "none.csv")).toMatchObject({
    status: 2,
    stdout: "",
    stderr: expect.stringContaining("none.csv"),
  });
});
