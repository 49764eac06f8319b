// The lagged regression of one shop: every node at step t on what was known before t, as standardised columns.

import { carryOver, type ResponseShape, saturate, seriesScale } from "../response/shapes.js";
import { nodeSeries, type Shop, shopSteps } from "../shops/shop.js";

export interface DesignOptions {
  readonly shapes: readonly ResponseShape[];
  /** Principal directions of the dictionary, row-major `[width, shapes]`. */
  readonly directions: Float64Array;
  readonly width: number;
  /** Own past steps of the target that are always in the model. */
  readonly ownLags: number;
  /** Period of the season in steps; 0 for none. */
  readonly seasonPeriod: number;
  readonly harmonics: number;
  /** Degrees of freedom of each node's Student-t noise; 0, the default, for normal noise. */
  readonly degrees?: Float64Array;
}

/** Standardised columns of one shop over the usable rows. */
export interface ShopDesign {
  readonly rows: number;
  /** Steps of the rows. */
  readonly steps: Int32Array;
  /** Level, trend and season, then own lags (node-major), features (node-major), current values; each `rows` long. */
  readonly columns: readonly Float64Array[];
  readonly deterministic: number;
  readonly nodes: number;
  readonly centre: Float64Array;
  readonly spread: Float64Array;
  readonly features: readonly NodeFeatures[];
}

/** How a node's dictionary is standardised in this shop. */
interface NodeFeatures {
  readonly series: ReturnType<typeof seriesScale>;
  readonly mean: Float64Array;
  readonly sd: Float64Array;
}

/** Dictionary columns of one series, `[shapes][steps]`, value at t uses the past up to and including t. */
export function dictionaryColumns(
  values: Float64Array,
  shapes: readonly ResponseShape[],
): { columns: Float64Array[]; series: ReturnType<typeof seriesScale> } {
  const series = seriesScale(values);
  const memories = new Map<number, Float64Array>();
  const columns = shapes.map(({ decay, saturation, delay }) => {
    let carried = memories.get(decay);
    if (!carried) {
      carried = carryOver(values, decay, series.mean);
      memories.set(decay, carried);
    }
    const levels = carried;
    return levels.map((_, t) => saturate(t < delay ? series.mean : levels[t - delay]!, saturation, series));
  });
  return { columns, series };
}

/** Level, trend and season at a step; `length` scales the trend to ±1 over the history. */
export function deterministicTerms(step: number, length: number, period: number, harmonics: number): number[] {
  const terms = [1, (2 * step) / Math.max(1, length - 1) - 1];
  for (let h = 1; h <= harmonics && period > 0 && 2 * h <= period; h++) {
    const angle = (2 * Math.PI * h * step) / period;
    terms.push(Math.cos(angle));
    if (2 * h < period) terms.push(Math.sin(angle));
  }
  return terms;
}

/** Build the columns; rows with a missing current or own-lag value, or a missing last step of a source, are left out. */
export function designShop(shop: Shop, nodes: number, options: DesignOptions): ShopDesign {
  const { shapes, directions, width, ownLags, seasonPeriod, harmonics } = options;
  const length = shopSteps(shop, nodes);
  const usable: number[] = [];
  for (let t = ownLags; t < length; t++) {
    let complete = true;
    for (let i = (t - ownLags) * nodes; i < (t + 1) * nodes && complete; i++) complete = !Number.isNaN(shop.values[i]!);
    if (complete) usable.push(t);
  }
  const rows = usable.length;
  const columns: Float64Array[] = [];
  const terms = usable.map((t) => deterministicTerms(t, length, seasonPeriod, harmonics));
  const deterministic = terms[0]?.length ?? 2;
  for (let k = 0; k < deterministic; k++) columns.push(Float64Array.from(terms, (row) => row[k]!));

  const centre = new Float64Array(nodes);
  const spread = new Float64Array(nodes);
  const lags: Float64Array[] = [];
  const effects: Float64Array[] = [];
  const current: Float64Array[] = [];
  const features: NodeFeatures[] = [];
  for (let node = 0; node < nodes; node++) {
    const values = nodeSeries(shop, node, nodes);
    const { columns: dictionary, series } = dictionaryColumns(values, shapes);
    centre[node] = series.mean;
    spread[node] = series.sd;
    const scale = series.sd > 0 ? 1 / series.sd : 0;
    for (let lag = 1; lag <= ownLags; lag++) {
      lags.push(Float64Array.from(usable, (t) => (values[t - lag]! - series.mean) * scale));
    }
    current.push(Float64Array.from(usable, (t) => (values[t]! - series.mean) * scale));
    const mean = new Float64Array(shapes.length);
    const sd = new Float64Array(shapes.length);
    const blended = Array.from({ length: width }, () => new Float64Array(rows));
    dictionary.forEach((column, d) => {
      let sum = 0;
      for (const t of usable) sum += column[t - 1]!;
      mean[d] = rows === 0 ? 0 : sum / rows;
      let squares = 0;
      for (const t of usable) squares += (column[t - 1]! - mean[d]!) ** 2;
      sd[d] = rows === 0 || series.sd === 0 ? 0 : Math.sqrt(squares / rows);
      if (!(sd[d]! > 1e-9)) {
        sd[d] = 0;
        return;
      }
      for (let w = 0; w < width; w++) {
        const factor = directions[w * shapes.length + d]! / sd[d]!;
        const into = blended[w]!;
        for (let row = 0; row < rows; row++) into[row]! += factor * (column[usable[row]! - 1]! - mean[d]!);
      }
    });
    effects.push(...blended);
    features.push({ series, mean, sd });
  }
  columns.push(...lags, ...effects, ...current);
  return { rows, steps: Int32Array.from(usable), columns, deterministic, nodes, centre, spread, features };
}
