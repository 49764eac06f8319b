// A scenario model as small JSON. What the forecast depends on keeps six digits; the spread of units' effects over the
// draws, by far the largest part, keeps what intervals need.

import type { ScenarioChannel, ScenarioModel } from "@mmm/model/scenario";
import { type PackedNumbers, packNumbers, unpackNumbers } from "./pack.js";

/** What is packed as it is. */
const ofChannel = [
  "name",
  "activity",
  "carryover",
  "saturation",
  "today",
  "unitActivity",
  "unitSpend",
  "observedRange",
] as const;
const ofModel = [
  "kpi",
  "frequency",
  "currency",
  "interval",
  "lags",
  "draws",
  "units",
  "periods",
  "trainedUntil",
] as const;

interface PackedChannel extends Pick<ScenarioChannel, (typeof ofChannel)[number]> {
  readonly mode: readonly number[];
  readonly draws: PackedNumbers;
  readonly drift: { readonly mode: number; readonly draws: PackedNumbers; readonly change: PackedNumbers } | null;
  /** Whether units have effects of their own. */
  readonly pooled: boolean;
  readonly own: PackedNumbers;
  /** Deviations of the draws from `own`, in standard deviations of the unit, and those. */
  readonly ownDraws: PackedNumbers;
  readonly ownSpread: PackedNumbers;
  readonly scale: readonly number[];
  readonly history: PackedNumbers;
  readonly flat: readonly number[] | null;
}

export interface PackedScenario extends Pick<ScenarioModel, (typeof ofModel)[number]> {
  readonly kpiScale: readonly number[];
  readonly valuePerKpi: readonly number[] | null;
  readonly baseline: readonly number[];
  readonly before: readonly number[];
  readonly noise: PackedNumbers;
  readonly controls: readonly { readonly name: string; readonly values: PackedNumbers }[];
  readonly channels: readonly PackedChannel[];
}

const finePrecision = 1e-6;
/** Of a unit's deviation, in its standard deviations: two characters each in a small model, one in a large one. */
const fineDraws = 0.002;
const coarseDraws = 0.07;
const coarseFrom = 150_000;
const farthestDraw = 4.2;

export function packScenario(model: ScenarioModel): PackedScenario {
  const { units, draws } = model;
  const count = units.length * model.channels.length * draws;
  return {
    ...pick(model, ofModel),
    kpiScale: [...model.kpiScale],
    valuePerKpi: model.valuePerKpi && [...model.valuePerKpi],
    baseline: [...model.baseline],
    before: [...model.before],
    noise: fine(model.noise),
    controls: model.controls.map(({ name, values }) => ({ name, values: fine(values) })),
    channels: model.channels.map((channel) => packChannel(channel, draws, count > coarseFrom)),
  };
}

function packChannel(channel: ScenarioChannel, draws: number, coarse: boolean): PackedChannel {
  const units = channel.own.length;
  const spread = Float64Array.from(channel.own, (own, r) => {
    let sum = 0;
    for (let d = 0; d < draws; d++) sum += (channel.ownDraws[d * units + r]! - own) ** 2;
    return Math.sqrt(sum / draws);
  });
  const standard = channel.ownDraws.map((value, i) => {
    const r = i % units;
    const far = spread[r]! > 0 ? (value - channel.own[r]!) / spread[r]! : 0;
    return coarse ? Math.min(farthestDraw, Math.max(-farthestDraw, far)) : far;
  });
  const parameters = channel.mode.length;
  return {
    ...pick(channel, ofChannel),
    mode: [...channel.mode],
    draws: fine(channel.draws.map((value, i) => value - channel.mode[i % parameters]!)),
    drift: channel.drift && {
      mode: channel.drift.mode,
      draws: fine(channel.drift.draws),
      change: fine(channel.drift.change),
    },
    pooled: units > 0,
    own: fine(channel.own),
    ownDraws: packNumbers(standard, coarse ? coarseDraws : fineDraws),
    ownSpread: fine(spread),
    scale: [...channel.scale],
    history: fine(channel.history, 2e-5),
    flat: channel.flat && [...channel.flat],
  };
}

/** The model again. */
export function unpackScenario(packed: PackedScenario): ScenarioModel {
  const { draws, units, periods } = packed;
  const cells = units.length * periods.length;
  return {
    ...pick(packed, ofModel),
    kpiScale: Float64Array.from(packed.kpiScale),
    valuePerKpi: packed.valuePerKpi && Float64Array.from(packed.valuePerKpi),
    baseline: Float64Array.from(packed.baseline),
    before: Float64Array.from(packed.before),
    noise: unpackNumbers(packed.noise, draws * periods.length),
    controls: packed.controls.map(({ name, values }) => ({ name, values: unpackNumbers(values, cells) })),
    channels: packed.channels.map((channel) => unpackChannel(channel, packed)),
  };
}

function unpackChannel(packed: PackedChannel, { units, draws, lags, periods }: PackedScenario): ScenarioChannel {
  const parameters = packed.mode.length;
  const count = packed.pooled ? units.length : 0;
  const own = unpackNumbers(packed.own, count);
  const spread = unpackNumbers(packed.ownSpread, count);
  const known = Math.max(lags - 1, periods.length);
  const ownDraws = unpackNumbers(packed.ownDraws, draws * count);
  for (let i = 0; i < ownDraws.length; i++) ownDraws[i] = own[i % count]! + ownDraws[i]! * spread[i % count]!;
  const shifts = unpackNumbers(packed.draws, draws * parameters);
  return {
    ...pick(packed, ofChannel),
    mode: Float64Array.from(packed.mode),
    draws: shifts.map((value, i) => packed.mode[i % parameters]! + value),
    drift: packed.drift && {
      mode: packed.drift.mode,
      draws: unpackNumbers(packed.drift.draws, draws),
      change: unpackNumbers(packed.drift.change, draws),
    },
    own,
    ownDraws,
    scale: Float64Array.from(packed.scale),
    history: unpackNumbers(packed.history, units.length * known),
    flat: packed.flat && Float64Array.from(packed.flat),
  };
}

function pick<Of, Field extends keyof Of>(from: Of, fields: readonly Field[]): Pick<Of, Field> {
  return Object.fromEntries(fields.map((field) => [field, from[field]])) as Pick<Of, Field>;
}

function fine(values: Float64Array, precision = finePrecision): PackedNumbers {
  const size = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / Math.max(1, values.length));
  return packNumbers(values, precision * size);
}
