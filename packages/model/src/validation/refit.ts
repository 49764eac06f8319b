// Fitting again and again, with one step of progress per fit, and panels with something taken away.

import { createPanel, isMmmError, type Panel, type RunHooks, throwIfCancelled } from "@mmm/core";
import { type LiftTest, placeLiftTest } from "@mmm/data";
import { type Fit, fitStructural } from "../fit/fit.js";
import { isFamily, type PerChannel, type StructuralOptions } from "../structural/settings.js";

/** Fits a panel and reports it as one step; `what` says in a few words which fit it is. */
export type Refit = (panel: Panel, options: RefitOptions, what: string) => Promise<Fit>;

/** Options of the fits that a test makes. */
export interface RefitOptions extends StructuralOptions {
  /** How each panel is fitted. Default: {@link fitStructural}; of a model with a network: {@link refitModel}. */
  readonly refit?: (panel: Panel, options: StructuralOptions, hooks?: RunHooks) => Promise<Fit>;
}

/** @param total number of fits that will be asked for */
export function startRefits(phase: string, total: number, hooks: RunHooks | undefined): Refit {
  let done = 0;
  return async (panel, options, what) => {
    const report = (message: string): void => hooks?.onProgress?.({ phase, step: done, total, message });
    throwIfCancelled(hooks);
    report(what);
    const { refit = fitStructural, ...structural } = options;
    const fit = await refit(panel, optionsFor(panel, structural), {
      ...(hooks?.signal && { signal: hooks.signal }),
      onProgress: ({ phase: part, step }) => report(`${what}, ${part === "fit" ? "round" : part} ${step}`),
    });
    done++;
    report(what);
    return fit;
  };
}

// Choices per channel may name channels that were taken away; tests may lie in units and periods that were.
function optionsFor(panel: Panel, options: StructuralOptions): StructuralOptions {
  const names = new Set(panel.roles.channels.map(({ name }) => name));
  const keep = <Family extends object>(choice: PerChannel<Family>): PerChannel<Family> =>
    typeof choice === "object" && !isFamily(choice)
      ? Object.fromEntries(Object.entries(choice).filter(([name]) => names.has(name)))
      : choice;
  const { carryover, saturation, priors, liftTests, ...rest } = options;
  return {
    ...rest,
    ...(priors !== undefined && {
      priors: Object.fromEntries(Object.entries(priors).filter(([name]) => names.has(name))),
    }),
    ...(liftTests !== undefined && { liftTests: liftTests.filter((test) => isPlaceable(panel, test)) }),
    graph: "none",
    ...(carryover !== undefined && { carryover: keep(carryover) }),
    ...(saturation !== undefined && { saturation: keep(saturation) }),
  };
}

function isPlaceable(panel: Panel, test: LiftTest): boolean {
  try {
    placeLiftTest(panel, test);
    return true;
  } catch (error) {
    if (isMmmError(error)) return false;
    throw error;
  }
}

/** The options without what was measured or believed of a channel. */
export function withoutEvidence(options: RefitOptions, channel: string): RefitOptions {
  const { [channel]: _, ...priors } = options.priors ?? {};
  return { ...options, priors, liftTests: (options.liftTests ?? []).filter((test) => test.channel !== channel) };
}

/** The panel without some of its channels; their columns stay. */
export function withoutChannels(panel: Panel, names: readonly string[]): Panel {
  const channels = panel.roles.channels.filter(({ name }) => !names.includes(name));
  return createPanel({ ...panel, roles: { ...panel.roles, channels } });
}

/** The panel without some of its units. */
export function withoutUnits(panel: Panel, names: readonly string[]): Panel {
  const periods = panel.periods.length;
  const rows = panel.units.flatMap((unit, r) => (names.includes(unit) ? [] : [r]));
  const pick = <A extends Float64Array | Uint8Array>(from: A, into: A): A => {
    rows.forEach((r, i) => {
      into.set(from.subarray(r * periods, (r + 1) * periods), i * periods);
    });
    return into;
  };
  const cells = rows.length * periods;
  return createPanel({
    ...panel,
    units: rows.map((r) => panel.units[r]!),
    columns: panel.columns.map((column) => ({ ...column, values: pick(column.values, new Float64Array(cells)) })),
    observed: pick(panel.observed, new Uint8Array(cells)),
  });
}
