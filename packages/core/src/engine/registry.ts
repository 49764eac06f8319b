import { MmmError } from "../errors/errors.js";

/**
 * A set of engines that an application makes for itself; importing an engine never registers it anywhere.
 *
 * @example const engines = createRegistry("causal engine", [notears(), lingam()]); engines.get("lingam")
 */
export interface Registry<E extends { readonly id: string }> {
  get(id: string): E;
  list(): readonly E[];
}

export function createRegistry<E extends { readonly id: string }>(what: string, engines: readonly E[]): Registry<E> {
  const byId = new Map<string, E>();
  for (const engine of engines) {
    if (byId.has(engine.id)) {
      throw new MmmError(`Two ${what}s have the id '${engine.id}'.`, {
        code: "DUPLICATE_ENGINE",
        kind: "usage",
        fix: "Pass each engine once, or give yours another id.",
      });
    }
    byId.set(engine.id, engine);
  }
  return Object.freeze({
    list: () => [...byId.values()],
    get: (id: string) => {
      const engine = byId.get(id);
      if (!engine) {
        throw new MmmError(`There is no ${what} '${id}'; known: ${[...byId.keys()].join(", ")}.`, {
          code: "NO_SUCH_ENGINE",
          kind: "usage",
          fix: "Use one of the known ids, or add yours to the registry.",
        });
      }
      return engine;
    },
  });
}
