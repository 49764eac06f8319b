// `npm test`: sets the checkout up, checks style, types and structure, runs every test, and ends with one line
// `N passed, N failed, N skipped`. Each check counts as one test.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bin, install, run } from "./setup.mjs";

install();

const count = { passed: 0, failed: 0, skipped: 0 };
const checks = [
  ["build", [bin("tsc"), "-b"]],
  ["lint", [bin("biome"), "check", "."]],
  ["types", [bin("tsc"), "-p", "tsconfig.check.json"]],
  ["house", [process.execPath, ".ci/house.mjs"]],
  ["unused files and dependencies", [bin("knip"), "--include", "files,dependencies,unlisted", "--no-config-hints"]],
];
for (const [name, [command, ...args]] of checks) {
  const ok = run(command, args) === 0;
  count[ok ? "passed" : "failed"]++;
  process.stdout.write(`${ok ? "✓" : "✗"} ${name}\n`);
}

const folder = mkdtempSync(join(tmpdir(), "mmm-test-"));
const report = join(folder, "vitest.json");
const status = run(bin("vitest"), ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`]);
if (existsSync(report)) {
  const result = JSON.parse(readFileSync(report, "utf8"));
  count.passed += result.numPassedTests;
  count.failed += result.numFailedTests;
  count.skipped += result.numPendingTests + result.numTodoTests;
  const silent = result.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
  count.failed += silent.length;
} else {
  count.failed++;
}
rmSync(folder, { recursive: true, force: true });
if (status !== 0 && count.failed === 0) count.failed = 1;

process.stdout.write(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`);
process.exit(count.failed === 0 ? 0 : 1);
