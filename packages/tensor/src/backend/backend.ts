// Sets a tfjs backend up: loads it, registers its kernels and our gradients, and waits until it is ready. Nothing is
// registered by importing this package; it happens here, once per backend.

import { importOptional, MmmError, usageError } from "@mmm/core";
import * as tf from "@tensorflow/tfjs-core";
import { registerGradients } from "../gradient/register.js";

/** tfjs backends that the eager engine can run on. `cpu` is the reference; `wasm` is the fast portable one. */
export type BackendName = "cpu" | "wasm" | "tensorflow" | "webgl" | "webgpu";

export interface BackendOptions {
  /**
   * Where the three `.wasm` files of `@tensorflow/tfjs-backend-wasm` lie: a directory or URL. Node finds them by
   * itself; in a browser pass the URL from which you serve them.
   */
  readonly wasmDirectory?: string;
}

/**
 * Load a tfjs backend, register gradients, and make it the current one.
 *
 * @throws MmmError `MISSING_DEPENDENCY` when an optional backend is not installed, `BACKEND` when it does not start
 * @example await setupBackend("wasm")
 */
export async function setupBackend(name: BackendName, options: BackendOptions = {}): Promise<void> {
  registerGradients();
  if (!stands(name)) {
    const start = starting.get(name) ?? startBackend(name, options);
    starting.set(name, start);
    await start.finally(() => starting.delete(name));
  }
  // The backend stands, so this takes effect at once.
  if (!(await tf.setBackend(name))) throw startFailure(name, undefined);
  // The cpu backend prints an advertisement on first use in Node.
  (tf.backend() as { firstUse?: boolean }).firstUse = false;
}

// `tf.findBackend` would start the backend.
const stands = (name: string): boolean => name in tf.engine().registry;

const starting = new Map<BackendName, Promise<void>>();

// tfjs starts a backend while it is already the current one, so other work meets a half-started backend meanwhile.
// Here it is started aside, and registered again once it stands.
async function startBackend(name: BackendName, options: BackendOptions): Promise<void> {
  if (tf.findBackendFactory(name) === null) await loadBackend(name, options);
  if (stands(name)) return;
  const factory = tf.findBackendFactory(name);
  try {
    const backend = await factory();
    tf.removeBackend(name);
    tf.registerBackend(name, () => backend);
  } catch (cause) {
    throw startFailure(name, cause);
  }
}

async function loadBackend(name: BackendName, options: BackendOptions): Promise<void> {
  switch (name) {
    case "cpu":
      await import("@tensorflow/tfjs-backend-cpu");
      return;
    case "wasm": {
      const wasm = await import("@tensorflow/tfjs-backend-wasm");
      const directory = options.wasmDirectory ?? wasmDirectoryOfNode();
      if (directory !== undefined) wasm.setWasmPaths(directory.endsWith("/") ? directory : `${directory}/`);
      return;
    }
    case "tensorflow":
      await optionalBackend("@tensorflow/tfjs-node");
      return;
    case "webgl":
      await optionalBackend("@tensorflow/tfjs-backend-webgl");
      return;
    case "webgpu":
      await optionalBackend("@tensorflow/tfjs-backend-webgpu");
      return;
    default:
      name satisfies never;
      throw usageError(
        "BACKEND",
        `There is no tfjs backend '${name}'; known: cpu, wasm, tensorflow, webgl, webgpu.`,
        "Use one of the known names.",
      );
  }
}

function optionalBackend(packageName: string): Promise<unknown> {
  return importOptional<unknown>(packageName, () => import(/* @vite-ignore */ packageName));
}

// `getBuiltinModule` keeps bundlers for browsers from seeing a Node import.
function wasmDirectoryOfNode(): string | undefined {
  const node = (globalThis as { process?: NodeJS.Process }).process;
  if (!node?.versions?.node || typeof node.getBuiltinModule !== "function") return undefined;
  const entry = node
    .getBuiltinModule("node:module")
    .createRequire(import.meta.url)
    .resolve("@tensorflow/tfjs-backend-wasm");
  return `${node.getBuiltinModule("node:path").dirname(entry)}/`;
}

function startFailure(name: string, cause: unknown): MmmError {
  const reason = cause instanceof Error ? `: ${cause.message}` : ".";
  return new MmmError(`The tfjs backend '${name}' did not start${reason}`, {
    code: "BACKEND",
    kind: "dependency",
    fix: "Use the 'cpu' backend, which runs everywhere, or check that this machine supports the chosen one.",
    cause,
  });
}
