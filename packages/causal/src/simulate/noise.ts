// Noise laws of the protocol. Scale 1 as the protocol has it; `unitVariance` rescales to variance 1 and mean 0.

import type { Random } from "@mmm/core";

export type NoiseLaw = "gauss" | "exp" | "gumbel";

const EULER = 0.5772156649015329;
const moments: Record<NoiseLaw, { readonly mean: number; readonly sd: number }> = {
  gauss: { mean: 0, sd: 1 },
  exp: { mean: 1, sd: 1 },
  gumbel: { mean: EULER, sd: Math.PI / Math.sqrt(6) },
};

/** One draw: standard normal, exponential with mean 1, or Gumbel(0, 1). */
export function drawNoise(random: Random, law: NoiseLaw): number {
  if (law === "gauss") return random.normal();
  const exponential = -Math.log(1 - random.uniform());
  return law === "exp" ? exponential : -Math.log(exponential);
}

/** One draw shifted and scaled to mean 0 and variance 1. */
export function drawUnitNoise(random: Random, law: NoiseLaw): number {
  return (drawNoise(random, law) - moments[law].mean) / moments[law].sd;
}
