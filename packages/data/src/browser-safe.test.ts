import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

/** Every module that a source file reaches through relative imports, and every package it names. */
function reach(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const [, target] of readFileSync(path, "utf8").matchAll(/from "([^"]+)"/g)) {
    if (target!.startsWith(".")) reach(join(dirname(path), target!.replace(/\.js$/, ".ts")), seen);
    else seen.add(target!);
  }
  return seen;
}

it("reaches nothing of Node from the main entry", () => {
  const reached = [...reach(fileURLToPath(new URL("./index.ts", import.meta.url)))];
  expect(reached.length).toBeGreaterThan(20);
  expect(reached.filter((name) => !name.startsWith("/")).sort()).toEqual([
    "@mmm/core",
    "csv-parse/browser/esm/sync",
    "hyparquet",
  ]);
});
