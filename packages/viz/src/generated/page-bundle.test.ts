import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { pageBundle, pageBundleSha256, pageBundleSources } from "./page-bundle.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const remedy = "run `node scripts/bundle-page.mjs` in packages/viz";

test("the bundle was made from the sources as they are now", () => {
  const { echarts, ...sources } = pageBundleSources;
  for (const [path, hash] of Object.entries(sources)) {
    expect(sha256(readFileSync(`${root}${path}`, "utf8")), `${path} changed: ${remedy}`).toBe(hash);
  }
  expect(Object.keys(sources).length).toBeGreaterThan(8);
  const installed = createRequire(import.meta.url)("echarts/package.json") as { version: string };
  expect(installed.version, remedy).toBe(echarts);
});

test("nobody edited the bundle by hand", () => {
  expect(sha256(pageBundle), remedy).toBe(pageBundleSha256);
});
