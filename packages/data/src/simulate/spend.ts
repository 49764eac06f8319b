// Spend of the simulated channels: lognormal around a base with a slow yearly wave, sometimes dark, plus what other
// channels' spend of the same period brings along.

import { periodsPerYear, type Random } from "@mmm/core";
import type { SimulationSettings } from "./options.js";
import { downstream, type SpendEdge } from "./truth.js";

const persistence = 0.7;
const logSpread = 0.35;
const waveHeight = 0.25;

/** Stationary first-order autoregression with variance 1. */
export function autoregression(random: Random, length: number): Float64Array {
  const out = new Float64Array(length);
  let value = random.normal();
  for (let t = 0; t < length; t++) {
    out[t] = value;
    value = persistence * value + Math.sqrt(1 - persistence ** 2) * random.normal();
  }
  return out;
}

/** Random edges along a random order of the channels, so that they never form a cycle. */
export function drawEdges(settings: SimulationSettings, random: Random): SpendEdge[] {
  const order = random.shuffle(settings.channels);
  const pairs = order.flatMap((from, i) => order.slice(i + 1).map((to) => ({ from, to })));
  return random
    .shuffle(pairs)
    .slice(0, settings.edges)
    .map(({ from, to }) => ({ from, to, lag: 0, weight: 0.5 + 0.35 * random.uniform() }));
}

/**
 * Spend per channel, `[channels][units, preSample + periods]`, rounded to cents:
 * base · size · exp(0.35 · AR(1) + 0.25 · yearly sine), zero with probability `dark`, plus
 * Σ weight · base / base of parent · spend of parent.
 */
export function drawSpend(
  settings: SimulationSettings,
  bases: readonly number[],
  sizes: readonly number[],
  edges: readonly SpendEdge[],
  random: Random,
): Float64Array[] {
  const { channels, units, periods, preSample, frequency, dark, collinearity } = settings;
  const length = preSample + periods;
  const shared = Array.from({ length: units }, (_, unit) => autoregression(random.split(`shared/${unit}`), length));
  const sharedPhase = random.split("shared/phase").uniform();
  const sharedDark = random.split("shared/dark");
  const darkness = Float64Array.from({ length: units * length }, sharedDark.uniform);
  const spend = channels.map((name, channel) => {
    const own = random.split(`channel/${channel}/${name}`);
    const phase = own.uniform();
    const values = new Float64Array(units * length);
    for (let unit = 0; unit < units; unit++) {
      const walk = autoregression(own, length);
      for (let t = 0; t < length; t++) {
        const cell = unit * length + t;
        const draw = own.uniform() < collinearity ? darkness[cell]! : own.uniform();
        if (draw < dark) continue;
        const turns = (t - preSample) / periodsPerYear[frequency];
        const together = logSpread * shared[unit]![t]! + waveHeight * Math.sin(2 * Math.PI * (turns + sharedPhase));
        const alone = logSpread * walk[t]! + waveHeight * Math.sin(2 * Math.PI * (turns + phase));
        const log = Math.sqrt(collinearity) * together + Math.sqrt(1 - collinearity) * alone;
        values[cell] = bases[channel]! * sizes[unit]! * Math.exp(log);
      }
    }
    return values;
  });

  for (const channel of downstream(edges, channels)) {
    for (const { from, to, weight } of edges) {
      if (to !== channels[channel]) continue;
      const parent = channels.indexOf(from);
      const rate = (weight * bases[channel]!) / bases[parent]!;
      const into = spend[channel]!;
      for (let i = 0; i < into.length; i++) into[i]! += rate * spend[parent]![i]!;
    }
    const into = spend[channel]!;
    for (let i = 0; i < into.length; i++) into[i] = Math.round(into[i]! * 100) / 100;
  }
  return spend;
}
