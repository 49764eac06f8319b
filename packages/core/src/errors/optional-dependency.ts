import { MmmError } from "./errors.js";

/**
 * Load a library that the user may or may not have installed.
 *
 * @param name package name as written in `npm install <name>`
 * @param load a function with the literal `import()`, so bundlers can see it
 * @param injected the library itself, when the caller passes it; then nothing is loaded
 * @throws MmmError `MISSING_DEPENDENCY` naming the install command
 * @example const ort = await importOptional("onnxruntime-node", () => import("onnxruntime-node"));
 */
export async function importOptional<T>(name: string, load: () => Promise<T>, injected?: T): Promise<T> {
  if (injected !== undefined) return injected;
  try {
    return await load();
  } catch (cause) {
    throw new MmmError(`The optional package '${name}' could not be loaded.`, {
      code: "MISSING_DEPENDENCY",
      kind: "dependency",
      fix: `Run \`npm install ${name}\` (or \`pnpm add ${name}\`), or choose an engine that does not need it.`,
      cause,
    });
  }
}
