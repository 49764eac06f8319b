// The protocol's synthetic data sets, drawn with our own seeded generator.

import {
  type GraphFamily,
  type NoiseLaw,
  type SimulatedData,
  simulateInternallyStandardised,
  simulateLinear,
  simulateSvar,
} from "@mmm/causal/simulate";

/** One row of the tables: a kind of data set, drawn for several seeds. */
export interface Cell {
  readonly name: string;
  readonly track: "raw" | "standardised" | "internally standardised" | "series";
  /** Number of columns. */
  readonly size: number;
  /** Seeds 0 … seeds−1. */
  readonly seeds: number;
  draw(seed: number): SimulatedData;
}

function linear(family: GraphFamily, size: number, noise: NoiseLaw, seeds: number): Cell[] {
  return [false, true].map((standardised) => ({
    name: `${family} d=${size} ${noise}`,
    track: standardised ? ("standardised" as const) : ("raw" as const),
    size,
    seeds,
    draw: (seed) => simulateLinear({ family, size, seed, noise, standardised }),
  }));
}

function internallyStandardised(family: GraphFamily, noise: NoiseLaw, rows: number, seeds: number): Cell {
  return {
    name: `iSCM ${family} d=10 ${noise} n=${rows}`,
    track: "internally standardised",
    size: 10,
    seeds,
    draw: (seed) => simulateInternallyStandardised({ family, size: 10, seed, noise, rows }),
  };
}

function series(size: number, periods: number, noise: NoiseLaw, seeds: number): Cell[] {
  return [false, true].map((standardised) => ({
    name: `SVAR d=${size} T=${periods} ${noise}${standardised ? " standardised" : " raw"}`,
    track: "series" as const,
    size,
    seeds,
    draw: (seed) => simulateSvar({ size, seed, periods, noise, standardised }),
  }));
}

/** Cells of the quick suite (about a minute) or of the whole protocol (several). */
export function protocolCells(suite: "quick" | "full", seeds: number): Cell[] {
  const quick = suite === "quick";
  const sizes = quick ? [10, 20] : [10, 20, 50];
  const families: readonly GraphFamily[] = ["ER1", "ER2", "ER4", "SF4"];
  return [
    ...families.flatMap((family) => sizes.flatMap((size) => linear(family, size, "gauss", seeds))),
    ...(quick ? [] : linear("ER2", 100, "gauss", 1)),
    ...(["exp", "gumbel"] as const).flatMap((noise) =>
      (quick ? [10] : [10, 20]).flatMap((size) => linear("ER2", size, noise, seeds)),
    ),
    ...(["gauss", "exp", "gumbel"] as const).flatMap((noise) =>
      (["ER1", "ER2"] as const).flatMap((family) =>
        [150, 750].map((rows) => internallyStandardised(family, noise, rows, seeds)),
      ),
    ),
    ...(quick ? [10] : [5, 10]).flatMap((size) => series(size, 200, "gauss", seeds)),
    ...series(10, 200, "exp", seeds),
    ...(quick ? [] : series(10, 1000, "gauss", seeds)),
  ];
}
