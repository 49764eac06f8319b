// Panels whose every cause is known, for tests, benchmarks and the demo. The process:
//
//   spend  = base · size · exp(0.35 AR(1) + 0.25 yearly sine), sometimes dark, plus same-period spill-over from parents
//   A[t]   = spend[t] + decay · A[t−1]                     (not normalised; runs before the first period)
//   effect = size · beta · A^a / (A^a + k^a)               (k = the unit's median A × a factor)
//   KPI    = level with trend and season + controls + effects + noise
//
// Options add drift in the effects, outliers, missing rows, late starts and collinear spend. The same seed and options
// give the same panel on every platform, and each part has its own random stream.

import { createPanel, createRandom, type Panel, periodsPerYear, type Random, shiftPeriod } from "@mmm/core";
import { panelToTable } from "../panel/panel-table.js";
import { median } from "../statistics/quantile.js";
import type { Table } from "../table/table.js";
import { type SimulationOptions, type SimulationSettings, simulationSettings } from "./options.js";
import { autoregression, drawEdges, drawSpend } from "./spend.js";
import { type ChannelTruth, hill, type SimulationTruth } from "./truth.js";

export interface Simulation {
  readonly panel: Panel;
  /** The same data in long rows, as a file would hold them; `toCsv(table)` is that file. */
  readonly table: Table;
  readonly truth: SimulationTruth;
}

const level = 1000;

/**
 * Simulate a panel with known truth.
 *
 * @param options see {@link SimulationOptions}
 * @param seed integer; the same seed gives the same panel
 * @throws MmmError `BAD_OPTION`
 * @example
 * const { panel, table, truth } = simulatePanel({ units: 10, drift: 0.2 }, 1);
 * truthTotals(truth).share; // true media shares
 */
export function simulatePanel(options: SimulationOptions = {}, seed = 0): Simulation {
  const settings = simulationSettings(options);
  const { units, periods, preSample, channels } = settings;
  const random = createRandom(seed);
  const sizes = draws(random.split("size"), units, (r) => (units === 1 ? 1 : Math.exp(0.45 * r.normal())));
  const bases = draws(random.split("base"), channels.length, (r) => 500 * 16 ** r.uniform());
  const edges = drawEdges(settings, random.split("edges"));
  const activity = drawSpend(settings, bases, sizes, edges, random.split("spend"));
  const effectMultiplier = driftOf(settings, random.split("drift"));
  const response = respond(settings, activity, sizes, effectMultiplier, random.split("response"));

  const baseline = drawBaseline(settings, sizes, random.split("baseline"));
  const controls = drawControls(settings, random.split("controls"));
  const controlEffects = draws(random.split("gamma"), settings.controls, (r) => 0.1 * (r.uniform() - 0.5));
  const controlContribution = new Float64Array(units * periods);
  for (const [k, series] of controls.entries()) {
    for (let cell = 0; cell < series.length; cell++) {
      controlContribution[cell]! += controlEffects[k]! * level * sizes[Math.floor(cell / periods)]! * series[cell]!;
    }
  }

  const rest = baseline.reduce((a, b) => a + b, 0) + controlContribution.reduce((a, b) => a + b, 0);
  const raw = response.contributions.reduce((a, b) => a + b, 0);
  const scale = ((settings.mediaFraction / (1 - settings.mediaFraction)) * rest) / raw;
  const contributions = response.contributions.map((value) => value * scale);
  const expected = baseline.map((value, cell) => {
    let sum = value + controlContribution[cell]!;
    for (let c = 0; c < channels.length; c++) sum += contributions[cell * channels.length + c]!;
    return sum;
  });
  const { kpi, noise, outliers } = observe(settings, expected, random.split("noise"));
  const absent = drawAbsent(settings, random.split("missing"));

  const truth: SimulationTruth = {
    seed,
    settings,
    channels: response.channels.map((channel, i) => ({ ...channel, effect: channel.effect * scale, base: bases[i]! })),
    edges,
    controlEffects,
    size: sizes,
    activity,
    effectMultiplier,
    contributions,
    baseline,
    controlContribution,
    noise,
    kpi,
    outliers,
    observed: Uint8Array.from(absent, (gone) => 1 - gone),
  };
  return { ...assemble(settings, truth, controls, preSample), truth };
}

function draws(random: Random, count: number, draw: (random: Random) => number): number[] {
  return Array.from({ length: count }, () => draw(random));
}

function driftOf({ periods, channels, drift }: SimulationSettings, random: Random): Float64Array {
  const out = new Float64Array(periods * channels.length).fill(1);
  if (drift === 0) return out;
  for (let c = 0; c < channels.length; c++) {
    const turns = 0.5 + 0.75 * random.uniform();
    const phase = random.uniform();
    const wave = Array.from({ length: periods }, (_, t) => Math.sin(2 * Math.PI * ((turns * t) / periods + phase)));
    const mean = wave.reduce((a, b) => a + b, 0) / periods;
    const spread = Math.sqrt(wave.reduce((sum, value) => sum + (value - mean) ** 2, 0) / periods);
    const multiplier = wave.map((value) => Math.exp((drift * (value - mean)) / spread));
    const centre = multiplier.reduce((a, b) => a + b, 0) / periods;
    for (let t = 0; t < periods; t++) out[t * channels.length + c] = multiplier[t]! / centre;
  }
  return out;
}

function respond(
  { units, periods, preSample, channels }: SimulationSettings,
  activity: readonly Float64Array[],
  sizes: readonly number[],
  effectMultiplier: Float64Array,
  random: Random,
): { readonly channels: Omit<ChannelTruth, "base">[]; readonly contributions: Float64Array } {
  const length = preSample + periods;
  const contributions = new Float64Array(units * periods * channels.length);
  const described = channels.map((name, c) => {
    const own = random.split(c);
    const decay = 0.1 + 0.65 * own.uniform();
    const slope = 0.8 + 1.4 * own.uniform();
    const halfSaturationFactor = 0.6 + own.uniform();
    const effect = Math.exp(0.6 * own.normal());
    const halfSaturation = sizes.map((size, unit) => {
      const stock = new Float64Array(length);
      for (let t = 0; t < length; t++) {
        stock[t] = activity[c]![unit * length + t]! + (t === 0 ? 0 : decay * stock[t - 1]!);
      }
      const visible = stock.subarray(preSample);
      const k = median(visible) * halfSaturationFactor;
      for (let t = 0; t < periods; t++) {
        const multiplier = effectMultiplier[t * channels.length + c]!;
        contributions[(unit * periods + t) * channels.length + c] =
          size * effect * multiplier * hill(visible[t]!, slope, k);
      }
      return k;
    });
    return { name, decay, slope, halfSaturationFactor, halfSaturation, effect };
  });
  return { channels: described, contributions };
}

function drawBaseline(
  { units, periods, frequency, trend, seasonality }: SimulationSettings,
  sizes: readonly number[],
  random: Random,
): Float64Array {
  const phase = random.uniform();
  const second = random.uniform();
  const out = new Float64Array(units * periods);
  for (let unit = 0; unit < units; unit++) {
    const own = level * sizes[unit]! * (units === 1 ? 1 : Math.exp(0.15 * random.normal()));
    for (let t = 0; t < periods; t++) {
      const turns = t / periodsPerYear[frequency];
      const season = Math.sin(2 * Math.PI * (turns + phase)) + 0.3 * Math.sin(2 * Math.PI * (2 * turns + second));
      out[unit * periods + t] = own * (1 + (trend * t) / Math.max(1, periods - 1) + seasonality * season);
    }
  }
  return out;
}

function drawControls({ units, periods, controls }: SimulationSettings, random: Random): Float64Array[] {
  return Array.from({ length: controls }, (_, k) => {
    const own = random.split(k);
    const series = new Float64Array(units * periods);
    for (let unit = 0; unit < units; unit++) series.set(autoregression(own, periods), unit * periods);
    return series.map((value) => Math.round(value * 1e4) / 1e4);
  });
}

function observe(
  { units, periods, noise: spread, outliers: outlierShare }: SimulationSettings,
  expected: Float64Array,
  random: Random,
): { readonly kpi: Float64Array; readonly noise: Float64Array; readonly outliers: number[] } {
  const kpi = new Float64Array(expected.length);
  const outliers: number[] = [];
  const strange = random.split("outliers");
  for (let unit = 0; unit < units; unit++) {
    const own = expected.subarray(unit * periods, (unit + 1) * periods);
    const mean = own.reduce((a, b) => a + b, 0) / periods;
    for (let t = 0; t < periods; t++) {
      const cell = unit * periods + t;
      let value = own[t]! + spread * mean * random.normal();
      if (strange.uniform() < outlierShare) {
        const jump = 0.3 + 0.3 * strange.uniform();
        value += (strange.uniform() < 0.5 ? -jump : jump) * own[t]!;
        outliers.push(cell);
      }
      kpi[cell] = Math.max(0, Math.round(value * 100) / 100);
    }
  }
  return { kpi, noise: kpi.map((value, cell) => value - expected[cell]!), outliers };
}

// Cells that the data lack. No period is lost by every unit, and no unit loses more than half of its history by a late
// start.
function drawAbsent({ units, periods, missing, ragged }: SimulationSettings, random: Random): Uint8Array {
  const absent = new Uint8Array(units * periods);
  const late = random.split("late");
  for (let unit = 0; unit < units; unit++) {
    const start = late.uniform() < ragged ? 1 + late.integer(Math.max(1, Math.floor(periods / 2))) : 0;
    for (let t = 0; t < periods; t++) {
      if (t < start || random.uniform() < missing) absent[unit * periods + t] = 1;
    }
  }
  for (let t = 0; t < periods && units > 1; t++) {
    const lost = Array.from({ length: units }, (_, unit) => absent[unit * periods + t]!).every((gone) => gone === 1);
    if (lost) absent[random.integer(units) * periods + t] = 0;
  }
  return absent;
}

function assemble(
  settings: SimulationSettings,
  truth: SimulationTruth,
  controls: readonly Float64Array[],
  preSample: number,
): { readonly panel: Panel; readonly table: Table } {
  const { units, periods, channels, frequency, start } = settings;
  const length = preSample + periods;
  const labels = Array.from({ length: periods }, (_, t) => shiftPeriod(start, frequency, t));
  const unitNames = units === 1 ? ["national"] : Array.from({ length: units }, (_, unit) => `region_${unit}`);
  const rowExists = (cell: number) => units === 1 || truth.observed[cell] === 1;
  const masked = (values: (cell: number) => number) =>
    Float64Array.from({ length: units * periods }, (_, cell) => (rowExists(cell) ? values(cell) : Number.NaN));
  const visible = (c: number) => (cell: number) =>
    truth.activity[c]![Math.floor(cell / periods) * length + preSample + (cell % periods)]!;
  const controlNames = controls.map((_, k) => `control_${k}`);
  const series: { readonly name: string; readonly values: Float64Array }[] = [
    ...channels.map((name, c) => ({ name, values: masked(visible(c)) })),
    ...controlNames.map((name, k) => ({ name, values: masked((cell) => controls[k]![cell]!) })),
    { name: "y", values: masked((cell) => (truth.observed[cell] === 1 ? truth.kpi[cell]! : Number.NaN)) },
  ];
  const panel = createPanel({
    units: unitNames,
    periods: labels,
    frequency,
    columns: series,
    observed: truth.observed,
    roles: {
      kpi: "y",
      channels: channels.map((name) => ({ name, activity: name, spend: name, kind: "paid" })),
      controls: controlNames,
      population: null,
      revenuePerKpi: null,
      context: [],
    },
  });
  return { panel, table: panelToTable(panel, { unit: units === 1 ? null : "region" }) };
}
