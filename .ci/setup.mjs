// Installs the exact dependencies of the lockfile and builds every package. Safe to call each time: an up-to-date
// checkout costs well under a second. Needs nothing but Node and the npm registry; pnpm is fetched by npx, so a
// missing pnpm or an outdated corepack shim does not matter.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

export function run(command, args, options = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", ONNXRUNTIME_NODE_INSTALL: "skip" },
    ...options,
  });
  if (result.error) throw result.error;
  return result.status ?? 1;
}

export const bin = (name) => join(root, "node_modules", ".bin", name);

function lockHash() {
  return createHash("sha256")
    .update(readFileSync(join(root, "pnpm-lock.yaml")))
    .digest("hex");
}

export function install() {
  const stamp = join(root, "node_modules", ".mmm-installed");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lockHash()) return;
  process.stderr.write("Installing dependencies (first run only)…\n");
  const status = run("npx", ["--yes", packageManager, "install", "--frozen-lockfile", "--reporter=append-only"], {
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) {
    process.stderr.write(
      `\nInstalling failed. This needs the npm registry; check the network or \`npm config get registry\`.\n`,
    );
    process.exit(status);
  }
  writeFileSync(stamp, lockHash());
}

/** Build these projects and what they depend on; all of them when none is named. */
export function build(...projects) {
  const status = run(bin("tsc"), ["-b", ...projects], { stdio: ["ignore", 2, 2] });
  if (status !== 0) process.exit(status);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    process.stderr.write(`Node ${process.versions.node} is too old; mmm needs Node 20.19 or newer.\n`);
    process.exit(1);
  }
  install();
  build();
}
