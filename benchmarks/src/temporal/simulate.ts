// A panel whose media effects drift, with every true quantity: levels per unit, a season, a control, geometric
// carryover, Hill saturation, and one drift per channel that is the same in all units.

import { createRandom } from "@mmm/core";
import { carryOver, geometric, hill } from "@mmm/transforms/plain";

export interface DriftingPanel {
  readonly units: number;
  readonly periods: number;
  /** Periods that may be fitted; the rest is the holdout. */
  readonly fitted: number;
  readonly channels: number;
  /** `[units, periods, channels]`, 1 is each unit's typical spend. */
  readonly activity: Float64Array;
  /** `[units, periods]` */
  readonly control: Float64Array;
  /** KPI divided by the unit's mean over the fitted periods, `[units, periods]`. */
  readonly kpi: Float64Array;
  /** True factor on each channel's effect, `[periods, channels]`. */
  readonly drift: Float64Array;
}

/** Drifts over two years: rise, fall, wave, step, and one channel that does not change. `size` is 0.4 for ±40 %. */
const drifts: readonly ((share: number, size: number) => number)[] = [
  (share, size) => 1 + size * (2 * share - 1),
  (share, size) => 1 - size * (2 * share - 1),
  (share, size) => 1 + size * Math.sin(2 * Math.PI * share),
  (share, size) => 1 + size * Math.tanh((share - 0.55) / 0.03),
  () => 1,
];

export function simulateDrift({
  seed,
  drift: size,
  units = 20,
  fitted = 104,
  holdout = 13,
  noise = 0.03,
}: {
  readonly seed: number;
  readonly drift: number;
  readonly units?: number;
  readonly fitted?: number;
  readonly holdout?: number;
  readonly noise?: number;
}): DriftingPanel {
  const random = createRandom(seed);
  const periods = fitted + holdout;
  const channels = drifts.length;
  const activity = new Float64Array(units * periods * channels);
  const control = new Float64Array(units * periods);
  const kpi = new Float64Array(units * periods);
  const drift = new Float64Array(periods * channels);
  for (let t = 0; t < periods; t++) {
    for (let c = 0; c < channels; c++) drift[t * channels + c] = drifts[c]!(t / (fitted - 1), size);
  }
  const effects = drifts.map(() => 0.15 + 0.2 * random.uniform());
  const decays = drifts.map(() => 0.2 + 0.5 * random.uniform());
  const season = [0.06 * random.normal(), 0.06 * random.normal()];
  const response = hill();

  for (let r = 0; r < units; r++) {
    for (let c = 0; c < channels; c++) {
      const series = new Float64Array(periods);
      let wave = random.normal();
      for (let t = 0; t < periods; t++) {
        wave = 0.7 * wave + Math.sqrt(1 - 0.49) * random.normal();
        series[t] = random.uniform() < 0.15 ? 0 : Math.exp(0.6 * wave);
        activity[(r * periods + t) * channels + c] = series[t]!;
      }
      const carried = carryOver(series, geometric().weights([decays[c]!], 26), { before: 1 });
      for (let t = 0; t < periods; t++) {
        const saturated = response.apply(carried[t]!, [1.4, 1]);
        kpi[r * periods + t]! += effects[c]! * drift[t * channels + c]! * saturated;
      }
    }
    let wave = 0;
    for (let t = 0; t < periods; t++) {
      wave = 0.8 * wave + 0.6 * random.normal();
      control[r * periods + t] = wave;
      const angle = (2 * Math.PI * t) / 52;
      kpi[r * periods + t]! +=
        0.6 + season[0]! * Math.sin(angle) + season[1]! * Math.cos(angle) + 0.03 * wave + noise * random.normal();
    }
    let mean = 0;
    for (let t = 0; t < fitted; t++) mean += kpi[r * periods + t]! / fitted;
    for (let t = 0; t < periods; t++) kpi[r * periods + t]! /= mean;
  }
  return { units, periods, fitted, channels, activity, control, kpi, drift };
}
