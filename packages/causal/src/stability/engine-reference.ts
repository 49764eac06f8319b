import type { CausalEngine } from "@mmm/core";
import { usageError } from "@mmm/core";

/** Where a thread finds an engine: engines hold functions, which cannot be sent to it. */
export interface EngineReference {
  /** URL or package name of a module: `"@mmm/causal"`, `new URL("./my-engine.js", import.meta.url).href`. */
  readonly module: string;
  /** Its export: an engine, or a factory `(settings) => engine`. */
  readonly exportName: string;
  /** What the factory is called with; plain data. */
  readonly settings?: unknown;
}

/** @throws MmmError `NOT_AN_ENGINE` */
export async function loadEngine({ module, exportName, settings }: EngineReference): Promise<CausalEngine> {
  const exported = ((await import(module)) as Record<string, unknown>)[exportName];
  const engine = typeof exported === "function" ? (exported as (settings: unknown) => unknown)(settings) : exported;
  if (typeof (engine as Partial<CausalEngine> | undefined)?.discover === "function") return engine as CausalEngine;
  throw usageError(
    "NOT_AN_ENGINE",
    `'${exportName}' of '${module}' is neither a causal engine nor a function that makes one.`,
    "Name the export of an engine or of its factory.",
  );
}
