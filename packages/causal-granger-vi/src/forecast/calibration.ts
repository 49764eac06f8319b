// How far roll-outs can be trusted, learned from the histories alone: the last part of each history is held back, rolled
// out from an earlier step and compared. What this teaches about the mean and the width is applied to real forecasts.

import type { Forecast } from "./roll-out.js";

/** Corrections per node and step ahead, `[node][step]`; steps beyond the last use the last. */
export interface ForecastCalibration {
  /** Share of the forecast's distance from the history's mean that is borne out, in [0, 1]. */
  readonly shrink: readonly Float64Array[];
  /** Factor on the distance of the interval's ends from the mean. */
  readonly widen: readonly Float64Array[];
}

/** A roll-out inside a history, with what then happened. */
export interface BackTest {
  readonly forecast: Forecast;
  /** `[horizon, nodes]`, NaN where not observed. */
  readonly actual: Float64Array;
  /** Mean and standard deviation of each node in the part of the history before. */
  readonly centre: Float64Array;
  readonly spread: Float64Array;
}

/** Pseudo-observations, in variances of the node, that hold `shrink` at 1. */
const trust = 10;
/** Fewer ratios than this leave the width alone. */
const fewest = 20;

/** Learn the corrections; null without back-tests. */
export function calibrateForecasts(tests: readonly BackTest[], nodes: number): ForecastCalibration | null {
  const horizon = tests.reduce((most, { forecast }) => Math.max(most, forecast.horizon), 0);
  if (horizon === 0) return null;
  const shrink: Float64Array[] = [];
  const widen: Float64Array[] = [];
  for (let node = 0; node < nodes; node++) {
    const usable = tests.filter(({ spread }) => spread[node]! > 0);
    const products = new Float64Array(horizon);
    const squares = new Float64Array(horizon);
    forEachStep(usable, node, nodes, ({ forecast, centre, spread }, at, h, actual) => {
      const distance = (forecast.mean[at]! - centre[node]!) / spread[node]!;
      products[h]! += (distance * (actual - centre[node]!)) / spread[node]!;
      squares[h]! += distance ** 2;
    });
    const own = Float64Array.from({ length: horizon }, (_, h) => {
      const near = neighbours(h, horizon);
      const share = (total(products, near) + trust) / (total(squares, near) + trust);
      return Math.min(1, Math.max(0, share));
    });
    shrink.push(own);

    const ratios: number[][] = Array.from({ length: horizon }, () => []);
    forEachStep(usable, node, nodes, ({ forecast, centre }, at, h, actual) => {
      const mean = forecast.mean[at]!;
      const error = actual - (centre[node]! + own[h]! * (mean - centre[node]!));
      const reach = error > 0 ? forecast.upper[at]! - mean : mean - forecast.lower[at]!;
      if (reach > 0) ratios[h]!.push(Math.abs(error) / reach);
    });
    widen.push(
      Float64Array.from({ length: horizon }, (_, h) => {
        const near = neighbours(h, horizon).flatMap((k) => ratios[k]!);
        if (near.length < fewest) return 1;
        near.sort((a, b) => a - b);
        const level = usable[0]!.forecast.interval;
        return near[Math.min(near.length - 1, Math.ceil(level * (near.length + 1)) - 1)]!;
      }),
    );
  }
  return { shrink, widen };
}

/** A forecast with the corrections; `planned` forecasts keep their mean, which a plan may move far from history. */
export function calibrated(
  forecast: Forecast,
  calibration: ForecastCalibration,
  centre: Float64Array,
  nonNegative: readonly boolean[],
  planned: boolean,
): Forecast {
  const nodes = centre.length;
  const mean = forecast.mean.slice();
  const lower = forecast.lower.slice();
  const upper = forecast.upper.slice();
  for (let at = 0; at < mean.length; at++) {
    const node = at % nodes;
    const { length } = calibration.shrink[node]!;
    const h = Math.min(length - 1, Math.floor(at / nodes));
    const shrink = planned ? 1 : calibration.shrink[node]![h]!;
    const widen = calibration.widen[node]![h]!;
    const old = forecast.mean[at]!;
    mean[at] = centre[node]! + shrink * (old - centre[node]!);
    lower[at] = mean[at]! - widen * (old - forecast.lower[at]!);
    upper[at] = mean[at]! + widen * (forecast.upper[at]! - old);
    if (nonNegative[node]) lower[at] = Math.max(0, lower[at]!);
  }
  return { ...forecast, mean, lower, upper };
}

/** Steps close enough to speak for step `h`: wider further out. */
function neighbours(h: number, horizon: number): number[] {
  const reach = Math.floor(h / 3);
  return Array.from({ length: horizon }, (_, k) => k).filter((k) => Math.abs(k - h) <= reach);
}

const total = (values: Float64Array, at: readonly number[]): number => at.reduce((sum, k) => sum + values[k]!, 0);

function forEachStep(
  tests: readonly BackTest[],
  node: number,
  nodes: number,
  visit: (test: BackTest, at: number, step: number, actual: number) => void,
): void {
  for (const test of tests) {
    for (let h = 0; h < test.forecast.horizon; h++) {
      const at = h * nodes + node;
      const actual = test.actual[at]!;
      if (!Number.isNaN(actual)) visit(test, at, h, actual);
    }
  }
}
