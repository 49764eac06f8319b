// Checks the house: packages depend only on packages above them in the list, tsconfig references match package.json,
// and every package carries what a published package needs.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const order = [
  "core",
  "tensor",
  "tensor-onnx",
  "data",
  "transforms",
  "temporal-gru",
  "causal",
  "causal-notears",
  "causal-granger-vi",
  "model",
  "optimizer",
  "viz",
  "cli",
];
const strangers = [["transforms", "temporal-gru", "causal", "causal-notears", "causal-granger-vi"]];
const allowedStrangers = new Set(["causal-notears>causal", "causal-granger-vi>causal"]);
const packages = fileURLToPath(new URL("../packages", import.meta.url));
const read = (...path) => JSON.parse(readFileSync(join(packages, ...path), "utf8"));

export function checkHouse() {
  const faults = [];
  for (const folder of readdirSync(packages)) {
    if (!existsSync(join(packages, folder, "package.json"))) continue;
    const manifest = read(folder, "package.json");
    const internal = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
      .filter((name) => name.startsWith("@mmm/"))
      .map((name) => name.slice("@mmm/".length));
    if (manifest.name !== `@mmm/${folder}`) faults.push(`${folder}: is named ${manifest.name}`);
    if (folder !== "testing" && !order.includes(folder))
      faults.push(`${folder}: has no place in the list of .ci/house.mjs`);
    for (const other of internal) {
      const upwards =
        folder === "testing" ? ["core", "tensor"].includes(other) : order.indexOf(other) < order.indexOf(folder);
      if (!upwards) faults.push(`${folder}: must not depend on ${other}`);
      const unrelated = strangers.some((group) => group.includes(folder) && group.includes(other));
      if (unrelated && !allowedStrangers.has(`${folder}>${other}`)) faults.push(`${folder}: must not know ${other}`);
    }
    const references = (read(folder, "tsconfig.json").references ?? [])
      .map(({ path }) => path.replace("../", ""))
      .sort();
    if (references.join() !== [...internal].sort().join()) {
      faults.push(`${folder}: tsconfig references [${references}] differ from dependencies [${internal.sort()}]`);
    }
    for (const [name, range] of Object.entries(manifest.dependencies ?? {})) {
      if (!name.startsWith("@mmm/") && !/^\d/.test(range)) faults.push(`${folder}: ${name} is not pinned (${range})`);
    }
    if (!existsSync(join(packages, folder, "README.md"))) faults.push(`${folder}: has no README.md`);
  }
  return faults;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const faults = checkHouse();
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  process.exit(faults.length === 0 ? 0 : 1);
}
