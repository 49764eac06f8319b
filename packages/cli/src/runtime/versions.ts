import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const manifest = (url: URL | string): { readonly version: string } => JSON.parse(readFileSync(url, "utf8"));

/** Version of this package. */
export const cliVersion: string = manifest(new URL("../../package.json", import.meta.url)).version;

/** Versions of what a result depends on, for `runtime.versions`. */
export function versions(): Record<string, string> {
  const { resolve } = createRequire(import.meta.url);
  const of = (name: string): string => manifest(resolve(`${name}/package.json`)).version;
  return {
    node: process.versions.node,
    "@mmm/cli": cliVersion,
    "@mmm/data": of("@mmm/data"),
    "@mmm/model": of("@mmm/model"),
  };
}
