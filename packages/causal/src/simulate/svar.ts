// Structural vector autoregressions: same-period effects W and lagged effects A, stationary, burnt in.

import { createRandom, type Random } from "@mmm/core";
import { adjacencyFromWeights } from "../graph/adjacency.js";
import { totalEffects } from "../graph/effects.js";
import { topologicalOrder } from "../graph/order.js";
import { drawUnitNoise, type NoiseLaw } from "./noise.js";
import { randomDag, randomWeights } from "./random-graph.js";
import { type SimulatedData, simulatedNames, standardise, trueEdges } from "./simulated.js";

export interface SvarSimulation {
  readonly size: number;
  readonly seed: number;
  /** Periods per unit. Default 200. */
  readonly periods?: number;
  /** Default 1. */
  readonly lags?: number;
  readonly noise?: NoiseLaw;
  readonly standardised?: boolean;
  /** Units that share the graph, each with its own level. Default 1. */
  readonly units?: number;
}

/**
 * `x_t = W'x_t + Σ_ℓ A_ℓ' x_{t−ℓ} + noise`: `size` same-period edges ±[0.5, 2], `size` edges per lag ±[0.3, 0.5] /
 * 1.5^(ℓ−1) (self edges possible), unit noise, spectral radius below 0.95 (redrawn until so), burn-in 100.
 *
 * Source: the DYNOTEARS generator (Pamfil et al. 2020), as in the benchmark protocol.
 */
export function simulateSvar(simulation: SvarSimulation): SimulatedData {
  const { size, seed, periods = 200, lags = 1, noise = "gauss", standardised = false, units = 1 } = simulation;
  const random = createRandom(seed).split(`svar/${size}/${lags}/${noise}`);
  const names = simulatedNames(size);
  let now: Float64Array;
  let past: Float64Array[];
  do {
    now = randomWeights(random, randomDag(random, size, "ER1"));
    past = Array.from({ length: lags }, (_, lag) => laggedWeights(random, size, 1.5 ** -lag));
  } while (!isStable(now, past, size));

  const order = topologicalOrder(adjacencyFromWeights(now));
  const burnIn = 100;
  const values = new Float64Array(units * periods * size);
  const series = new Float64Array((burnIn + periods) * size);
  for (let unit = 0; unit < units; unit++) {
    series.fill(0);
    for (let t = 0; t < burnIn + periods; t++) {
      for (const j of order) {
        let value = drawUnitNoise(random, noise);
        for (let i = 0; i < size; i++) {
          value += now[i * size + j]! * series[t * size + i]!;
          for (let lag = 1; lag <= Math.min(lags, t); lag++) {
            value += past[lag - 1]![i * size + j]! * series[(t - lag) * size + i]!;
          }
        }
        series[t * size + j] = value;
      }
    }
    const level = units > 1 ? Array.from({ length: size }, () => 5 * random.normal()) : null;
    for (let k = 0; k < periods * size; k++) {
      values[unit * periods * size + k] = series[burnIn * size + k]! + (level ? level[k % size]! : 0);
    }
  }
  const raw = {
    columns: names,
    rows: units * periods,
    values,
    temporal: true,
    ...(units > 1 && {
      units: Array.from({ length: units }, (_, unit) => `u${unit}`),
      unitOffsets: Array.from({ length: units + 1 }, (_, unit) => unit * periods),
    }),
  };
  return {
    data: standardised ? standardise(raw) : raw,
    truth: {
      nodes: names,
      edges: [...trueEdges(names, now, 0), ...past.flatMap((weights, lag) => trueEdges(names, weights, lag + 1))],
    },
  };
}

function laggedWeights(random: Random, size: number, decay: number): Float64Array {
  const cells = random.shuffle([...Array(size * size).keys()]).slice(0, size);
  const marks = new Uint8Array(size * size);
  for (const cell of cells) marks[cell] = 1;
  return randomWeights(random, marks, { low: 0.3 * decay, high: 0.5 * decay });
}

/** Power iteration on the companion form: growth of a random state over many steps stays below 0.95 per step. */
function isStable(now: Float64Array, past: readonly Float64Array[], size: number): boolean {
  const solve = totalEffects(now);
  for (let i = 0; i < size; i++) solve[i * size + i] = 1;
  let history = past.map(() => Float64Array.from({ length: size }, (_, i) => 1 + Math.sin(i + 1)));
  const norm = (): number => Math.sqrt(history.reduce((sum, x) => sum + x.reduce((s, v) => s + v * v, 0), 0));
  const steps = 400;
  let growth = 0;
  for (let step = 0; step < steps; step++) {
    const drive = new Float64Array(size);
    for (const [lag, weights] of past.entries()) {
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) drive[j]! += weights[i * size + j]! * history[lag]![i]!;
      }
    }
    const next = new Float64Array(size);
    for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) next[j]! += solve[i * size + j]! * drive[i]!;
    history = [next, ...history.slice(0, -1)];
    const size2 = norm();
    if (size2 === 0) return true;
    if (step >= steps / 2) growth += Math.log(size2) / (steps / 2);
    history = history.map((x) => x.map((v) => v / size2));
  }
  return Math.exp(growth) < 0.95;
}
