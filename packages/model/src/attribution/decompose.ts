import type { Fit } from "../fit/fit.js";
import { evaluateUnit, loadingOf, seasonOf, sharedState, unitWorkspace } from "../structural/forward.js";
import { smoothLevel } from "../structural/level.js";
import { trainingResidual } from "../structural/objective.js";
import { extendShocks } from "../structural/variance.js";

/** The decomposition at the mode, `[units, periods]` in KPI units, also where the data have no row. */
export interface Decomposition {
  readonly level: Float64Array;
  readonly trend: Float64Array;
  readonly season: Float64Array;
  readonly controls: readonly Float64Array[];
  readonly media: readonly Float64Array[];
  /** Sum of all the above. */
  readonly prediction: Float64Array;
}

/** Split the prediction at the mode into its parts; the parts of a cell add up to `prediction` exactly. */
export function decompose({ design, layout, learned }: Fit): Decomposition {
  const { units, periods, channels, controls, trainingEnd, scales } = design;
  const { problem } = learned;
  const { shared, own } = learned.mode;
  const zeros = () => new Float64Array(units * periods);
  const cells: Decomposition = {
    level: zeros(),
    trend: zeros(),
    season: zeros(),
    controls: Array.from({ length: controls }, zeros),
    media: Array.from({ length: channels }, zeros),
    prediction: zeros(),
  };
  const shock = extendShocks(layout, shared, problem.variances, periods);
  const state = sharedState(layout, shared, design.lags, shock);
  const work = unitWorkspace(design, layout, 0);
  const residual = new Float64Array(trainingEnd);
  const walk = new Float64Array(trainingEnd);
  for (let r = 0; r < units; r++) {
    evaluateUnit(design, layout, state, shared, own, r, work);
    trainingResidual(problem, r, work.prediction, residual);
    smoothLevel(problem.filters[r]!, residual, walk);
    const scale = scales.kpi[r]!;
    const base = shared[layout.baseline]! + (layout.perUnit > 0 ? own[r * layout.perUnit]! : 0);
    const loading = loadingOf(layout, own, r);
    for (let t = 0; t < periods; t++) {
      const i = r * periods + t;
      cells.level[i] = scale * (base + loading * shock[t]! + walk[Math.min(t, trainingEnd - 1)]!);
      cells.trend[i] = scale * loading * shared[layout.trend]! * design.trend[t]!;
      cells.season[i] = scale * loading * seasonOf(design, layout, shared, t);
      let sum = cells.level[i]! + cells.trend[i]! + cells.season[i]!;
      for (let k = 0; k < controls; k++) {
        const deviation = layout.perUnit > 0 ? own[r * layout.perUnit + 1 + channels + k]! : 0;
        const effect = scale * (shared[layout.control + k]! + deviation) * design.control[i * controls + k]!;
        cells.controls[k]![i] = effect;
        sum += effect;
      }
      for (let c = 0; c < channels; c++) {
        const effect = scale * work.media[c * periods + t]!;
        cells.media[c]![i] = effect;
        sum += effect;
      }
      cells.prediction[i] = sum;
    }
  }
  return cells;
}
