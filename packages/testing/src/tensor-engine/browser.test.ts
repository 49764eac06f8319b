// The eager engine in a real browser: bundled for browsers, run in headless Chromium, compared with Node. Skipped where
// no Chromium is found (set CHROMIUM to name one).

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build, type Rollup } from "vite";
import { expect, it } from "vitest";
import { worstDifference } from "../matcher/allclose.js";
import { trainInBrowser } from "./browser-page.js";

const executablePath = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (path) => path && existsSync(path),
);
const here = dirname(fileURLToPath(import.meta.url));
const requireFromTensor = createRequire(join(here, "../../../tensor/package.json"));
const wasmDirectory = dirname(requireFromTensor.resolve("@tensorflow/tfjs-backend-wasm"));

async function bundled(): Promise<string> {
  const result = (await build({
    configFile: false,
    logLevel: "silent",
    root: here,
    resolve: { conditions: ["@mmm/source", "module", "browser", "default"] },
    build: {
      write: false,
      minify: false,
      target: "es2023",
      lib: { entry: join(here, "browser-page.ts"), formats: ["es"], fileName: "page" },
      rollupOptions: { output: { inlineDynamicImports: true } },
    },
  })) as Rollup.RollupOutput[];
  return result[0]!.output[0].code;
}

it.skipIf(!executablePath)(
  "trains in Chromium on wasm and cpu to the numbers of Node",
  { timeout: 120_000 },
  async () => {
    const code = await bundled();
    expect(code).not.toMatch(/from ["']node:/);
    const browser = await chromium.launch({ executablePath: executablePath!, args: ["--no-sandbox"] });
    try {
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      await page.route("http://page.test/**", async (route) => {
        const { pathname } = new URL(route.request().url());
        if (pathname === "/")
          return route.fulfill({ contentType: "text/html", body: "<!doctype html><title>test</title>" });
        if (pathname === "/page.js") return route.fulfill({ contentType: "text/javascript", body: code });
        const file = join(wasmDirectory, pathname.slice(1));
        if (!existsSync(file)) return route.fulfill({ status: 404 });
        return route.fulfill({ contentType: "application/wasm", body: readFileSync(file) });
      });
      await page.goto("http://page.test/");
      const expected = await trainInBrowser("cpu");
      for (const backend of ["wasm", "cpu"] as const) {
        // As text, because vitest would rewrite the import of a function.
        const losses = (await page.evaluate(
          `import("/page.js").then((page) => page.trainInBrowser("${backend}", "http://page.test/"))`,
        )) as number[];
        expect(worstDifference(losses, expected, { relative: 1e-5 })).toMatchObject({ close: true });
      }
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);
