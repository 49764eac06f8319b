// Weibull carryover, two shapes. CDF: weights never rise, and the rate of decay may change with time. PDF: weights may
// rise to a delayed peak first. Flexible and harder to identify than `geometric`.
// Both tools that offer these count lags from 1 inside the Weibull function, and so do we.

import { checkConvention } from "../parameter/convention.js";
import { type AdstockFamily, defineAdstock } from "./family.js";

export interface WeibullOptions {
  /**
   * Default: scale in periods; PDF weights are the density itself. `pymc`: scale in periods; PDF weights are rescaled
   * so that the smallest is 0 and the largest 1, CDF has `l_max + 1` lags. `robyn`: scale is a share of the window,
   * rounded to a whole period as there (weights then move in steps: do not fit the scale by gradients); PDF rescaled;
   * not normalised to sum 1 (both tools).
   */
  readonly convention?: "robyn" | "pymc";
}

/**
 * Lag weights from the Weibull survival function, multiplied up.
 *
 * `w_0 = 1, w_l = Π_{j=1…l} exp(−(j/scale)^shape)`
 *
 * @returns family with the parameters `shape` (above 0; 1 gives faster than geometric decay) and `scale` (periods)
 * @example weibullCdf().weights([1, 2], 3, false) // [1, e^-0.5, e^-1.5]
 * Source: Robyn `adstock_weibull(type = "cdf")`.
 */
export function weibullCdf({ convention }: WeibullOptions = {}): AdstockFamily {
  checkConvention("Weibull adstock", convention, ["robyn", "pymc"]);
  return defineAdstock({
    id: "weibullCdf",
    title: "Weibull CDF",
    formula: "w_l = prod_{j=1..l} exp(-(j / scale)^shape)",
    citation: "Robyn (Meta), adstock_weibull, type = cdf.",
    settings: { convention },
    parameters: weibullParameters(convention, 2),
    normalised: convention === undefined,
    raw(parameters, weights, jacobian) {
      const lags = weights.length;
      const shape = shapeOf(parameters[0]!);
      const scale = scaleOf(parameters[1]!, lags, convention);
      let log = 0;
      let byShape = 0;
      let byScale = 0;
      for (let l = 0; l < lags; l++) {
        if (l > 0) {
          const ratio = Math.log(l / scale);
          const hazard = Math.exp(shape * ratio);
          log -= hazard;
          byShape -= hazard * ratio;
          byScale += (hazard * shape) / scale;
        }
        const weight = Math.exp(log);
        weights[l] = weight;
        if (jacobian) {
          jacobian[l] = weight * byShape;
          jacobian[lags + l] = convention === "robyn" ? 0 : weight * byScale;
        }
      }
    },
  });
}

/**
 * Lag weights from the Weibull density.
 *
 * `w_l = f(l + 1)`, `f(t) = (shape/scale)·(t/scale)^(shape−1)·exp(−(t/scale)^shape)`; with a convention,
 * `w = (f − min f)/(max f − min f)` over the window.
 *
 * @returns family with the parameters `shape` (above 1 the peak is delayed) and `scale` (periods)
 * @example weibullPdf().weights([1, 1], 2, false) // [e^-1, e^-2]
 * Source: Robyn `adstock_weibull(type = "pdf")`; PyMC-Marketing `weibull_adstock`.
 */
export function weibullPdf({ convention }: WeibullOptions = {}): AdstockFamily {
  checkConvention("Weibull adstock", convention, ["robyn", "pymc"]);
  return defineAdstock({
    id: "weibullPdf",
    title: "Weibull PDF",
    formula: "w_l = f(l + 1), f the Weibull density",
    citation: "Robyn (Meta), adstock_weibull, type = pdf; PyMC-Marketing, weibull_adstock.",
    settings: { convention },
    parameters: weibullParameters(convention, 10),
    normalised: convention === undefined,
    raw(parameters, weights, jacobian, anyScale) {
      const lags = weights.length;
      const shape = shapeOf(parameters[0]!);
      const scale = scaleOf(parameters[1]!, lags, convention);
      const rescaled = convention !== undefined;
      const constant = Math.log(shape / scale);
      let largest = Number.NEGATIVE_INFINITY;
      for (let l = 0; l < lags; l++) {
        const ratio = Math.log((l + 1) / scale);
        const log = constant + (shape - 1) * ratio - Math.exp(shape * ratio);
        weights[l] = log;
        if (log > largest) largest = log;
      }
      const shift = anyScale || rescaled ? largest : 0;
      for (let l = 0; l < lags; l++) {
        const weight = Math.exp(weights[l]! - shift);
        weights[l] = weight;
        if (jacobian) {
          const ratio = Math.log((l + 1) / scale);
          const hazard = Math.exp(shape * ratio);
          jacobian[l] = weight * (1 / shape + ratio - hazard * ratio);
          jacobian[lags + l] = convention === "robyn" ? 0 : weight * (shape / scale) * (hazard - 1);
        }
      }
      if (rescaled) rescale(weights, jacobian);
    },
  });
}

// (w − min)/(max − min); one lag, or all equal, becomes 1, 0, 0, …
function rescale(weights: Float64Array, jacobian: Float64Array | null): void {
  const lags = weights.length;
  let low = 0;
  let high = 0;
  for (let l = 1; l < lags; l++) {
    if (weights[l]! < weights[low]!) low = l;
    if (weights[l]! > weights[high]!) high = l;
  }
  const smallest = weights[low]!;
  const range = weights[high]! - smallest;
  if (range === 0) {
    weights.fill(0);
    weights[0] = 1;
    jacobian?.fill(0);
    return;
  }
  for (let l = 0; l < lags; l++) weights[l] = (weights[l]! - smallest) / range;
  if (!jacobian) return;
  for (let start = 0; start < jacobian.length; start += lags) {
    const atLow = jacobian[start + low]!;
    const rangeSlope = jacobian[start + high]! - atLow;
    for (let l = 0; l < lags; l++) {
      jacobian[start + l] = (jacobian[start + l]! - atLow - weights[l]! * rangeSlope) / range;
    }
  }
}

function weibullParameters(
  convention: WeibullOptions["convention"],
  largestShape: number,
): AdstockFamily["parameters"] {
  return [
    { name: "shape", lower: 0.1, upper: largestShape, initial: largestShape > 2 ? 1.5 : 1 },
    convention === "robyn"
      ? { name: "scale", lower: 0, upper: 1, initial: 0.1 }
      : { name: "scale", lower: 0, upper: Number.POSITIVE_INFINITY, initial: 2 },
  ];
}

function shapeOf(shape: number): number {
  return Math.min(20, Math.max(0.01, shape));
}

// Robyn: round(quantile(1:window, scale)), with R's rounding of halves to the even number.
function scaleOf(scale: number, lags: number, convention: WeibullOptions["convention"]): number {
  if (convention !== "robyn") return Math.min(1e9, Math.max(0.01, scale));
  const position = 1 + (lags - 1) * Math.min(1, Math.max(0, scale));
  const down = Math.floor(position);
  const rest = position - down;
  if (rest === 0.5) return down % 2 === 0 ? down : down + 1;
  return Math.round(position);
}
