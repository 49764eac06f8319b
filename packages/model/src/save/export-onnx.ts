// The prediction of a fit as an `.onnx` file: activity, controls, season and trend in, contributions and KPI out. The
// fitted parameters are inside the file; any ONNX runtime runs it, without this package.

import type { NdArray } from "@mmm/tensor";
import { lagConvolve, ndArray, writeSafetensors } from "@mmm/tensor";
import { type ExportedValue, exportOnnx } from "@mmm/tensor-onnx";
import { saturationModule } from "@mmm/transforms";
import * as tf from "@tensorflow/tfjs-core";
import { decompose } from "../attribution/decompose.js";
import type { Fit } from "../fit/fit.js";
import { deviationOf, loadingOf, sharedState } from "../structural/forward.js";
import { modelVersion } from "../version.js";

/** Values of `manifest.json` under `onnx`. */
export interface OnnxManifest {
  readonly file: "model.onnx";
  /** The inputs of the fitted panel, from which the file gives the fit's own decomposition. */
  readonly example: "model-inputs.safetensors";
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

export interface OnnxValue extends ExportedValue {
  readonly axes: readonly string[];
  /** What it holds, in which unit, and how it is made. */
  readonly description: string;
}

export interface ExportedFit {
  readonly "model.onnx": Uint8Array;
  readonly "model-inputs.safetensors": Uint8Array;
  readonly manifest: OnnxManifest;
}

type Inputs = Readonly<Record<"activity" | "history" | "level" | "trend", tf.Tensor>> & {
  readonly control?: tf.Tensor;
  readonly season?: tf.Tensor;
};

/**
 * Export the prediction at the mode, in float32:
 *
 * `contributions[r,t,c] = scale_r · β_c e^{ε_rc} m_ct · S_c(Σ_l w_cl · activity[r,t−l,c] / median_rc)`,
 * `kpi = level + trend + season + controls + Σ_c contributions`.
 *
 * Needs no runtime. Shapes are those of the fit's panel; units and periods that it lacks are predicted too.
 *
 * @example const { "model.onnx": bytes, manifest } = exportFit(fit);
 */
export function exportFit(fit: Fit): ExportedFit {
  const { panel } = fit;
  const inputs = fittedInputs(fit);
  const { model, manifest } = exportOnnx<Inputs, Record<string, tf.Tensor>>(predictor(fit), inputs as never, {
    name: "prediction",
    documentation: `Predicts ${panel.roles.kpi} from the activity of ${panel.roles.channels.length} channels.`,
    metadata: { "mmm.version": modelVersion },
  });
  const described = (value: ExportedValue): OnnxValue => ({ ...value, ...descriptions(fit)[value.name]! });
  return {
    "model.onnx": model,
    "model-inputs.safetensors": writeSafetensors(
      new Map(manifest.inputs.map(({ name }) => [name, float32(inputs[name]!)] as const)),
    ),
    manifest: {
      file: "model.onnx",
      example: "model-inputs.safetensors",
      inputs: manifest.inputs.map(described),
      outputs: manifest.outputs.map(described),
    },
  };
}

const float32 = ({ shape, data }: NdArray): NdArray => ({ shape, data: Float32Array.from(data as Float64Array) });

function fittedInputs(fit: Fit): Readonly<Record<string, NdArray>> {
  const { design } = fit;
  const { units, periods, channels, controls, lags, seasons, scales } = design;
  const lead = lags - 1;
  const width = lead + periods;
  const activity = new Float64Array(units * periods * channels);
  const history = new Float64Array(units * lead * channels);
  for (let r = 0; r < units; r++) {
    for (let c = 0; c < channels; c++) {
      const from = (r * channels + c) * width;
      const scale = scales.activity[r * channels + c]!;
      for (let t = 0; t < lead; t++) history[(r * lead + t) * channels + c] = scale * design.activity[from + t]!;
      for (let t = 0; t < periods; t++) {
        activity[(r * periods + t) * channels + c] = scale * design.activity[from + lead + t]!;
      }
    }
  }
  return {
    activity: ndArray(activity, [units, periods, channels]),
    ...(lead > 0 && { history: ndArray(history, [units, lead, channels]) }),
    level: ndArray(decompose(fit).level, [units, periods]),
    trend: ndArray(design.trend, [periods]),
    ...(seasons > 0 && { season: ndArray(goingOn(fit), [seasons, periods]) }),
    ...(controls > 0 && { control: ndArray(design.control, [units, periods, controls]) }),
  };
}

// The season's columns; those that end with the training periods are 0 after them.
function goingOn({ design, layout }: Fit): Float64Array {
  const { periods, trainingEnd } = design;
  const season = design.season.slice();
  for (let s = 0; s < layout.endingSeasons; s++) season.fill(0, s * periods + trainingEnd, (s + 1) * periods);
  return season;
}

function predictor(fit: Fit): (inputs: Inputs) => Record<string, tf.Tensor> {
  const { design, layout, learned } = fit;
  const { units, periods, channels, controls, lags, seasons, scales } = design;
  const { shared, own } = learned.mode;
  const state = sharedState(layout, shared, lags, new Float64Array(periods));
  const q = layout.perUnit;
  const perUnit = (of: (r: number) => number): Float32Array => Float32Array.from({ length: units }, (_, r) => of(r));
  const column = (values: ArrayLike<number>): tf.Tensor => tf.tensor2d(Float32Array.from(values), [units, 1]);

  const weights = new Float32Array(lags * channels);
  const inverseScale = new Float32Array(units * channels);
  state.channels.forEach((curve, c) => {
    for (let l = 0; l < lags; l++) weights[l * channels + c] = curve.weights[l]!;
    for (let r = 0; r < units; r++) inverseScale[r * channels + c] = 1 / scales.activity[r * channels + c]!;
  });
  const response = (c: number, carried: tf.Tensor): tf.Tensor => {
    const { saturation, saturationStart, saturationPriors } = layout.channels[c]!;
    const free = saturationPriors.map(
      ({ parameter }, j) => [parameter.name, tf.tensor1d([shared[saturationStart + j]!])] as const,
    );
    const curve = saturationModule(saturation).apply(Object.fromEntries(free), carried, undefined);
    const size = column(perUnit((r) => scales.kpi[r]! * state.channels[c]!.effect * deviationOf(layout, own, r, c)));
    const effect = tf.mul(tf.reshape(curve, [units, periods]), size);
    if (state.path === null) return effect;
    const factor = Float32Array.from(
      { length: periods },
      (_, t) => state.path!.factor[Math.min(t, state.path!.periods - 1) * channels + c]!,
    );
    return tf.mul(effect, tf.tensor2d(factor, [1, periods]));
  };

  return ({ activity, history, level, trend, season, control }) => {
    const whole = lags > 1 ? tf.concat([history, activity], 1) : activity;
    const scaled = tf.mul(whole, tf.tensor3d(inverseScale, [units, 1, channels]));
    const byTime = tf.transpose(scaled, [1, 0, 2]);
    const carried = tf.transpose(lagConvolve(byTime, tf.tensor2d(weights, [lags, channels])), [1, 0, 2]);
    const effects = Array.from({ length: channels }, (_, c) =>
      response(c, tf.slice(carried, [0, lags - 1, c], [units, periods, 1])),
    );
    const common = column(perUnit((r) => scales.kpi[r]! * loadingOf(layout, own, r)));
    let baseline = tf.add(level, tf.mul(common, tf.mul(tf.reshape(trend, [1, periods]), shared[layout.trend]!)));
    if (season) {
      const amplitude = tf.tensor2d(Float32Array.from(shared.subarray(layout.season, layout.season + seasons)), [
        1,
        seasons,
      ]);
      baseline = tf.add(baseline, tf.mul(common, tf.matMul(amplitude as tf.Tensor2D, season as tf.Tensor2D)));
    }
    for (let k = 0; k < controls && control; k++) {
      const slope = perUnit(
        (r) => scales.kpi[r]! * (shared[layout.control + k]! + (q > 0 ? own[r * q + 1 + channels + k]! : 0)),
      );
      const values = tf.reshape(tf.slice(control, [0, 0, k], [units, periods, 1]), [units, periods]);
      baseline = tf.add(baseline, tf.mul(column(slope), values));
    }
    const contributions = tf.stack(effects, 2);
    return { contributions, baseline, kpi: tf.add(baseline, tf.sum(contributions, 2)) };
  };
}

function descriptions(fit: Fit): Readonly<Record<string, Pick<OnnxValue, "axes" | "description">>> {
  const { panel, settings, design, layout } = fit;
  const names = panel.roles.channels.map(({ activity }) => activity).join(", ");
  const { trendOrigin, trendSpan } = design.scales;
  const cycles = [
    ...(settings.harmonics > 0 ? [`${settings.harmonics} of the year (u = position in the year, in turns)`] : []),
    ...(settings.weekdays ? ["3 of the week (u = days since 1970-01-01 over 7)"] : []),
  ].join(", then ");
  const ending =
    layout.endingSeasons > 0 ? ` The first ${layout.endingSeasons} rows are 0 after the training periods.` : "";
  return {
    activity: {
      axes: ["unit", "period", "channel"],
      description: `Activity in the units of the data, channels in this order: ${names}. Where a row is absent: the unit's mean.`,
    },
    history: {
      axes: ["unit", "period", "channel"],
      description: `The same for the ${settings.lags - 1} periods before the first one, oldest first. Not known for the fitted data, where it is each unit's mean.`,
    },
    level: {
      axes: ["unit", "period"],
      description: `Level of ${panel.roles.kpi} without trend, season, controls and media, shocks of all units included. After the training periods: the last value.`,
    },
    trend: { axes: ["period"], description: `(year − ${trendOrigin}) / ${trendSpan}, year counted as in season.` },
    season: {
      axes: ["harmonic", "period"],
      description: `sin(2π h u) and cos(2π h u) in turn for h = 1, 2, …: ${cycles}.${ending}`,
    },
    control: {
      axes: ["unit", "period", "control"],
      description: `(value − mean) / deviation of the unit in the training periods, 0 where absent: ${panel.roles.controls.join(", ")}.`,
    },
    contributions: {
      axes: ["unit", "period", "channel"],
      description: `Direct contribution of each channel in units of ${panel.roles.kpi}.`,
    },
    baseline: { axes: ["unit", "period"], description: "Prediction without media." },
    kpi: { axes: ["unit", "period"], description: `Prediction of ${panel.roles.kpi}: baseline plus contributions.` },
  };
}
