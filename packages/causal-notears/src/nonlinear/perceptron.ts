import { multiply, multiplyTransposed } from "../matrix/multiply.js";

// One small network per variable, all evaluated together in float64 with a hand-written gradient. NOTEARS drives the
// acyclicity to 1e-8, which float32 autodiff cannot carry; and one fused pass is several times faster than a tape.

export interface Perceptrons {
  readonly inputs: number;
  readonly hidden: number;
  /** First-layer weights [d, d·m]: input i to unit m of network j at i·d·m + j·m + unit. */
  readonly first: Float64Array;
  /** First-layer biases, output weights [d·m] and output biases [d]. */
  readonly firstBias: Float64Array;
  readonly second: Float64Array;
  readonly secondBias: Float64Array;
}

export function emptyPerceptrons(inputs: number, hidden: number): Perceptrons {
  return {
    inputs,
    hidden,
    first: new Float64Array(inputs * inputs * hidden),
    firstBias: new Float64Array(inputs * hidden),
    second: new Float64Array(inputs * hidden),
    secondBias: new Float64Array(inputs),
  };
}

export interface PerceptronPass {
  /** Residual sums of squares over rows, per target; fills the gradient of Σ_j scale_j·rss_j with {@link backward}. */
  forward(networks: Perceptrons): Float64Array;
  /** Write the gradient of Σ_j scale[j]·rss_j at the networks of the last forward pass. */
  backward(networks: Perceptrons, scale: Float64Array, gradient: Perceptrons): void;
}

/**
 * x̂_j = b_j + Σ_m v_jm σ(a_jm + Σ_i x_i·first[i, j, m]) for n rows at once.
 *
 * @param values [n, d]
 */
export function perceptronPass(values: Float64Array, rows: number, inputs: number, hidden: number): PerceptronPass {
  const width = inputs * hidden;
  const activation = new Float64Array(rows * width);
  const residual = new Float64Array(rows * inputs);
  const sums = new Float64Array(inputs);
  return {
    forward({ first, firstBias, second, secondBias }) {
      multiply(values, first, activation, rows, inputs, width);
      sums.fill(0);
      for (let t = 0; t < rows; t++) {
        for (let j = 0; j < inputs; j++) {
          let predicted = secondBias[j]!;
          for (let m = j * hidden; m < (j + 1) * hidden; m++) {
            const at = t * width + m;
            const unit = 1 / (1 + Math.exp(-(activation[at]! + firstBias[m]!)));
            activation[at] = unit;
            predicted += second[m]! * unit;
          }
          const difference = predicted - values[t * inputs + j]!;
          residual[t * inputs + j] = difference;
          sums[j]! += difference * difference;
        }
      }
      return sums;
    },
    backward({ second }, scale, gradient) {
      gradient.firstBias.fill(0);
      gradient.second.fill(0);
      gradient.secondBias.fill(0);
      for (let t = 0; t < rows; t++) {
        for (let j = 0; j < inputs; j++) {
          const slope = 2 * scale[j]! * residual[t * inputs + j]!;
          gradient.secondBias[j]! += slope;
          for (let m = j * hidden; m < (j + 1) * hidden; m++) {
            const at = t * width + m;
            const unit = activation[at]!;
            gradient.second[m]! += slope * unit;
            const inner = slope * second[m]! * unit * (1 - unit);
            gradient.firstBias[m]! += inner;
            activation[at] = inner;
          }
        }
      }
      multiplyTransposed(values, activation, gradient.first, inputs, rows, width);
    },
  };
}
