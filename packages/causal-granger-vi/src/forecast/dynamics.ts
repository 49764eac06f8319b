// How one shop moves: for every target an average over its likely parent sets, each a regularised regression on season,
// own past and the carried-over, saturated past of the parents. A sender that is in no set has no coefficient at all, so
// it cannot move a prediction.

import { type DesignOptions, designShop, type ShopDesign } from "../evidence/design.js";
import { columnPlaces, gramMatrix, nuisanceColumns } from "../evidence/projection.js";
import type { ShopEvidence } from "../mixture/shop-posterior.js";
import { chancePositive, type Slab } from "../mixture/slab.js";
import type { Shop } from "../shops/shop.js";

/** Normal prior of level, trend, season and own past, per node, in standardised units. */
export interface NuisancePrior {
  readonly mean: readonly Float64Array[];
  readonly variance: readonly Float64Array[];
}

/** Normal prior of an effect's leading directions, per target: a line in the shop's context, for a positive effect. */
export interface ResponsePrior {
  /** `[target][direction][1 + context]`. */
  readonly lines: readonly (readonly Float64Array[])[];
  /** `[target][direction]`. */
  readonly variance: readonly Float64Array[];
}

interface SetModel {
  /** Share of the posterior. */
  readonly weight: number;
  readonly parents: readonly number[];
  /** Level, trend, season, own lags. */
  readonly nuisance: Float64Array;
  /** `[parent][shape]` on standardised dictionary columns. */
  readonly effects: readonly Float64Array[];
  /** The same effects on the leading directions, `[parent][direction]`. */
  readonly along: readonly Float64Array[];
  /** Chance that each parent's effect is positive. */
  readonly positive: Float64Array;
}

interface TargetDynamics {
  readonly sets: readonly SetModel[];
  /** Standardised residuals of the averaged model. */
  readonly residuals: Float64Array;
  /** Variance of a one-step prediction error, uncertain coefficients included. */
  readonly noise: number;
}

export interface ShopDynamics {
  readonly design: ShopDesign;
  readonly targets: readonly TargetDynamics[];
}

export interface DynamicsOptions {
  readonly design: DesignOptions;
  readonly slab: Slab;
  readonly slabVariance: number;
  readonly nuisance: NuisancePrior | null;
  readonly response: ResponsePrior | null;
  /** Parent sets kept per target. */
  readonly sets: number;
}

/** Fit the averaged regressions of one shop given the posterior of its parent sets. */
export function shopDynamics(
  shop: Shop,
  nodes: number,
  evidence: ShopEvidence,
  sets: readonly Float64Array[],
  options: DynamicsOptions,
): ShopDynamics {
  const context = [1, ...(shop.context ?? [])];
  const design = designShop(shop, nodes, options.design);
  const gram = gramMatrix(design.columns);
  const targets = sets.map((chance, target) =>
    targetDynamics(design, gram, evidence, chance, target, context, options),
  );
  return { design, targets };
}

function targetDynamics(
  design: ShopDesign,
  gram: Float64Array,
  evidence: ShopEvidence,
  chance: Float64Array,
  target: number,
  context: readonly number[],
  options: DynamicsOptions,
): TargetDynamics {
  const lines = options.response?.lines[target];
  const expected = lines?.map((line) => line.reduce((sum, b, c) => sum + b * context[c]!, 0));
  const usual = options.nuisance?.mean[target];
  const { width, ownLags, shapes, directions } = options.design;
  const places = columnPlaces(design, width, ownLags);
  const nuisance = nuisanceColumns(design, target, width, ownLags);
  const { masks, slots, estimate, variance } = evidence.targets[target]!;
  const sources = evidence.sources[target]!;
  const order = Array.from({ length: masks.length }, (_, row) => row)
    .sort((a, b) => chance[b]! - chance[a]!)
    .slice(0, options.sets)
    .filter((row, rank) => rank === 0 || chance[row]! > 1e-3);
  const total = order.reduce((sum, row) => sum + chance[row]!, 0);
  const y = places.current(target);
  const residuals = new Float64Array(design.rows);
  for (let t = 0; t < design.rows; t++) residuals[t] = design.columns[y]![t]!;
  const models = order.map((row): SetModel => {
    const inSet = Array.from({ length: slots }, (_, slot) => slot).filter((slot) => (masks[row]! >>> slot) & 1);
    const parents = inSet.map((slot) => sources[slot]!);
    const columns = [
      ...nuisance,
      ...parents.flatMap((parent) => Array.from({ length: width }, (_, w) => places.effect(parent, w))),
    ];
    const positive = new Float64Array(inSet.length);
    let noise = 0.5;
    let solution: Float64Array = new Float64Array(columns.length);
    for (let pass = 0; pass < 2; pass++) {
      const mean = new Float64Array(columns.length);
      const precision = new Float64Array(columns.length);
      nuisance.forEach((_, k) => {
        mean[k] = usual?.[k] ?? 0;
        precision[k] = options.nuisance ? noise / options.nuisance.variance[target]![k]! : 1e-3;
      });
      inSet.forEach((slot, rank) => {
        const at = row * slots + slot;
        const edge = sources[slot]! * design.nodes + target;
        const up = chancePositive(estimate[at]!, variance[at]!, options.slab, edge);
        positive[rank] = up;
        for (let w = 0; w < width; w++) {
          const k = nuisance.length + rank * width + w;
          if (options.response && expected) {
            mean[k] = (2 * up - 1) * expected[w]!;
            precision[k] = noise / options.response.variance[target]![w]!;
            continue;
          }
          mean[k] = w === 0 ? (2 * up - 1) * options.slab.mean * Math.sqrt(noise) : 0;
          precision[k] = 1 / (w === 0 ? options.slab.variance : options.slabVariance);
        }
      });
      const solved = solveRidge(gram, design.columns.length, columns, y, mean, precision);
      solution = solved.coefficients;
      noise = Math.max(1e-6, solved.residual / Math.max(1, design.rows - solved.freedom));
    }
    const weight = chance[row]! / total;
    columns.forEach((column, k) => {
      const values = design.columns[column]!;
      const factor = weight * solution[k]!;
      for (let t = 0; t < residuals.length; t++) residuals[t]! -= factor * values[t]!;
    });
    return {
      weight,
      parents,
      positive,
      along: parents.map((_, rank) =>
        solution.slice(nuisance.length + rank * width, nuisance.length + (rank + 1) * width),
      ),
      nuisance: solution.slice(0, nuisance.length),
      effects: parents.map((_, rank) =>
        Float64Array.from(shapes, (_, d) => {
          let sum = 0;
          for (let w = 0; w < width; w++) {
            sum += solution[nuisance.length + rank * width + w]! * directions[w * shapes.length + d]!;
          }
          return sum;
        }),
      ),
    };
  });
  const used = nuisance.length + models.reduce((sum, model) => sum + model.weight * model.parents.length, 0);
  const squares = residuals.reduce((sum, value) => sum + value * value, 0);
  // The second factor is the average cost of not knowing the coefficients, p/n for p of them.
  const unknown = 1 + used / Math.max(1, design.rows);
  return { sets: models, residuals, noise: (unknown * squares) / Math.max(1, design.rows - used) };
}

/** Regression with a normal prior on the coefficients, from a Gram matrix. `freedom` is the effective parameter count. */
function solveRidge(
  gram: Float64Array,
  total: number,
  columns: readonly number[],
  y: number,
  mean: Float64Array,
  precision: Float64Array,
): { coefficients: Float64Array; residual: number; freedom: number } {
  const size = columns.length;
  const lower = new Float64Array(size * size);
  const right = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const row = columns[i]! * total;
    right[i] = gram[row + y]! + precision[i]! * mean[i]!;
    for (let j = 0; j <= i; j++) {
      let sum = gram[row + columns[j]!]! + (i === j ? precision[i]! + 1e-9 : 0);
      for (let k = 0; k < j; k++) sum -= lower[i * size + k]! * lower[j * size + k]!;
      lower[i * size + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / lower[j * size + j]!;
    }
  }
  const forward = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let sum = right[i]!;
    for (let k = 0; k < i; k++) sum -= lower[i * size + k]! * forward[k]!;
    forward[i] = sum / lower[i * size + i]!;
  }
  const coefficients = new Float64Array(size);
  for (let i = size - 1; i >= 0; i--) {
    let sum = forward[i]!;
    for (let k = i + 1; k < size; k++) sum -= lower[k * size + i]! * coefficients[k]!;
    coefficients[i] = sum / lower[i * size + i]!;
  }
  let residual = gram[y * total + y]!;
  let freedom = 0;
  for (let i = 0; i < size; i++) {
    residual -= 2 * coefficients[i]! * gram[columns[i]! * total + y]!;
    for (let j = 0; j < size; j++)
      residual += coefficients[i]! * coefficients[j]! * gram[columns[i]! * total + columns[j]!]!;
    const own = gram[columns[i]! * total + columns[i]!]!;
    freedom += own / (own + precision[i]!);
  }
  return { coefficients, residual: Math.max(residual, 0), freedom };
}

/** Population mean and spread of the nuisance coefficients, from fits without a prior. */
export function nuisancePrior(shops: readonly ShopDynamics[]): NuisancePrior {
  const nodes = shops[0]?.targets.length ?? 0;
  const mean: Float64Array[] = [];
  const variance: Float64Array[] = [];
  for (let node = 0; node < nodes; node++) {
    const rows = shops
      .filter((shop) => shop.design.rows > 0 && shop.design.spread[node]! > 0)
      .map((shop) => {
        const { sets } = shop.targets[node]!;
        return sets[0]!.nuisance.map((_, k) => sets.reduce((sum, set) => sum + set.weight * set.nuisance[k]!, 0));
      });
    const size = shops[0]!.targets[node]!.sets[0]!.nuisance.length;
    const sampling =
      shops.reduce((sum, shop) => sum + shop.targets[node]!.noise / Math.max(1, shop.design.rows), 0) / shops.length;
    const average = new Float64Array(size);
    const spread = new Float64Array(size);
    for (let k = 0; k < size; k++) {
      const own = shops[0]!.design.deterministic <= k;
      for (const row of rows) average[k]! += row[k]! / Math.max(1, rows.length);
      for (const row of rows) spread[k]! += (row[k]! - average[k]!) ** 2 / Math.max(1, rows.length);
      // Level, trend and season have no common sign across shops; the wave terms have half the unit variance.
      if (!own) average[k] = 0;
      // Sampling variance of a coefficient on a term of variance 1 (level, own past), 1/3 (trend), 1/2 (waves), doubled
      // for the terms' correlation with the rest.
      const noise = 2 * sampling * (own || k === 0 ? 1 : k === 1 ? 3 : 2);
      spread[k] = Math.max(spread[k]! - noise, own ? 0.05 * spread[k]! : 0, 1e-5);
    }
    mean.push(average);
    variance.push(spread);
  }
  return { mean, variance };
}

/** How effects on each target depend on context, from fits under the common slab, weighted by each set's share. */
export function responsePrior(
  shops: readonly ShopDynamics[],
  contexts: readonly (readonly number[])[],
  width: number,
): ResponsePrior {
  const nodes = shops[0]?.targets.length ?? 0;
  const terms = 1 + (contexts[0]?.length ?? 0);
  const lines: Float64Array[][] = [];
  const variance: Float64Array[] = [];
  for (let target = 0; target < nodes; target++) {
    const rows = shops.flatMap((shop, s) =>
      shop.targets[target]!.sets.flatMap((set) =>
        set.along.map((along, rank) => ({
          weight: set.weight,
          x: [1, ...contexts[s]!],
          y: along.map((value) => value * (set.positive[rank]! >= 0.5 ? 1 : -1)),
        })),
      ),
    );
    const own: Float64Array[] = [];
    const spread = new Float64Array(width);
    const gram = new Float64Array((terms + 1) ** 2);
    for (let w = 0; w < width; w++) {
      gram.fill(0);
      let weight = 0;
      for (const row of rows) {
        const all = [...row.x, row.y[w]!];
        weight += row.weight;
        for (let i = 0; i <= terms; i++) {
          for (let j = 0; j <= terms; j++) gram[i * (terms + 1) + j]! += row.weight * all[i]! * all[j]!;
        }
      }
      // Five pseudo-effects hold the slopes near zero until many shops speak.
      const precision = Float64Array.from({ length: terms }, (_, k) => (k === 0 ? 1e-3 : 5));
      const columns = Array.from({ length: terms }, (_, k) => k);
      const { coefficients, residual } = solveRidge(
        gram,
        terms + 1,
        columns,
        terms,
        new Float64Array(terms),
        precision,
      );
      own.push(coefficients);
      spread[w] = Math.max((residual + 0.1) / (weight + 1), 1e-4);
    }
    lines.push(own);
    variance.push(spread);
  }
  return { lines, variance };
}
