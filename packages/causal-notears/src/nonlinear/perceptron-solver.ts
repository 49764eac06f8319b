import type { EdgeRules } from "@mmm/causal";
import { type Random, type RunHooks, throwIfCancelled } from "@mmm/core";
import type { TensorEngine } from "@mmm/tensor";
import { createLogDeterminant } from "../acyclicity/log-determinant.js";
import { createTraceExponential } from "../acyclicity/trace-exponential.js";
import { createBoundedMinimiser, type MinimiseOptions } from "../bounded-minimisation/minimise.js";
import { emptyPerceptrons } from "./perceptron.js";
import {
  type PerceptronLoss,
  type PerceptronLossKind,
  type PerceptronRows,
  perceptronLoss,
  tensorPerceptronLoss,
} from "./perceptron-loss.js";

// Structure learning over networks: i causes j when the first layer of network j reads input i, with strength
// A_ij = Σ_m first[i, j, m]². Two ways to acyclicity share everything else: the augmented Lagrangian of NOTEARS and the
// central path of DAGMA.

export interface PerceptronProblem extends PerceptronRows {
  readonly rules: EdgeRules;
  readonly loss: PerceptronLossKind;
  /** Where the loss is computed. Default our own float64 kernel. */
  readonly engine: TensorEngine | null;
  /** L1 weight of first-layer weights. */
  readonly lambda1: number;
  /** Half the L2 weight of all weights (biases are free). */
  readonly lambda2: number;
  readonly random: Random;
  readonly inner: MinimiseOptions;
}

export type AcyclicityRoute =
  | { readonly kind: "augmented-lagrangian"; readonly tolerance: number; readonly maxOuterSteps: number }
  | { readonly kind: "central-path"; readonly mus: readonly number[]; readonly s: number };

export interface PerceptronSolution {
  /** √A by target, [d, d]. */
  readonly strengths: Float64Array;
  readonly acyclicity: number;
  readonly evaluations: number;
  readonly converged: boolean;
}

export async function solvePerceptrons(
  problem: PerceptronProblem,
  route: AcyclicityRoute,
  hooks?: RunHooks,
): Promise<PerceptronSolution> {
  const { engine, loss: kind } = problem;
  const loss = engine ? await tensorPerceptronLoss(kind, problem, engine) : perceptronLoss(kind, problem);
  try {
    return await solve(problem, loss, route, hooks);
  } finally {
    await loss.dispose();
  }
}

async function solve(
  problem: PerceptronProblem,
  loss: PerceptronLoss,
  route: AcyclicityRoute,
  hooks: RunHooks | undefined,
): Promise<PerceptronSolution> {
  const { variables: d, rules, hidden, lambda1, lambda2, random } = problem;
  const firstSize = d * d * hidden;
  const width = d * hidden;
  // Variables: first⁺, first⁻ (both ≥ 0), first bias, second, second bias.
  const size = 2 * firstSize + 2 * width + d;
  const x = new Float64Array(size);
  const lower = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
  const upper = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
  const networks = emptyPerceptrons(d, hidden);
  const slopes = emptyPerceptrons(d, hidden);
  const squared = new Float64Array(d * d);

  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      for (let m = 0; m < hidden; m++) {
        const at = i * width + j * hidden + m;
        lower[at] = lower[firstSize + at] = 0;
        if (i === j || !rules.allowed[i * d + j]) upper[at] = upper[firstSize + at] = 0;
        else {
          x[at] = (0.1 * random.uniform()) / Math.sqrt(d);
          x[firstSize + at] = (0.1 * random.uniform()) / Math.sqrt(d);
        }
      }
    }
  }
  for (let m = 0; m < width; m++) {
    x[2 * firstSize + m] = (2 * random.uniform() - 1) / Math.sqrt(d);
    x[2 * firstSize + width + m] = (2 * random.uniform() - 1) / Math.sqrt(hidden);
  }

  const read = (): void => {
    for (let k = 0; k < firstSize; k++) networks.first[k] = x[k]! - x[firstSize + k]!;
    networks.firstBias.set(x.subarray(2 * firstSize, 2 * firstSize + width));
    networks.second.set(x.subarray(2 * firstSize + width, 2 * firstSize + 2 * width));
    networks.secondBias.set(x.subarray(2 * firstSize + 2 * width));
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        let sum = 0;
        for (let m = 0; m < hidden; m++) sum += networks.first[i * width + j * hidden + m]! ** 2;
        squared[j * d + i] = sum;
      }
    }
  };
  const withRequired = new Float64Array(d * d);
  const present = route.kind === "central-path" ? 0.05 : 1;
  const measured = (): Float64Array => {
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) withRequired[j * d + i] = squared[j * d + i]! + present * rules.required[i * d + j]!;
    }
    return withRequired;
  };

  // data term + penalties + acyclicity(value, sensitivity of A)
  let dataScale = 1;
  let penalise: () => { readonly value: number; readonly slope: number; readonly sensitivity: Float64Array };
  const evaluate = async (at: Float64Array, gradient: Float64Array): Promise<number> => {
    if (at !== x) x.set(at);
    read();
    const acyclicity = penalise();
    if (acyclicity.value === Number.POSITIVE_INFINITY) return acyclicity.value;
    let value = dataScale * (await loss.evaluate(networks, slopes)) + acyclicity.value;
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        const slope = 2 * acyclicity.slope * acyclicity.sensitivity[i * d + j]!;
        const price = rules.required[i * d + j] ? 0 : lambda1;
        for (let m = 0; m < hidden; m++) {
          const k = i * width + j * hidden + m;
          const weight = networks.first[k]!;
          const g = dataScale * (slopes.first[k]! + lambda2 * weight) + slope * weight;
          gradient[k] = g + dataScale * price;
          gradient[firstSize + k] = -g + dataScale * price;
          value += dataScale * (price * (x[k]! + x[firstSize + k]!) + 0.5 * lambda2 * weight * weight);
        }
      }
    }
    for (let m = 0; m < width; m++) {
      const weight = networks.second[m]!;
      gradient[2 * firstSize + m] = dataScale * slopes.firstBias[m]!;
      gradient[2 * firstSize + width + m] = dataScale * (slopes.second[m]! + lambda2 * weight);
      value += dataScale * 0.5 * lambda2 * weight * weight;
    }
    for (let j = 0; j < d; j++) gradient[2 * firstSize + 2 * width + j] = dataScale * slopes.secondBias[j]!;
    return value;
  };

  const minimiser = createBoundedMinimiser(size, 10);
  let evaluations = 0;
  const minimise = async (): Promise<void> => {
    throwIfCancelled(hooks);
    evaluations += (await minimiser.minimiseAsync(evaluate, x, lower, upper, problem.inner)).evaluations;
    read();
  };

  let acyclicity = 0;
  let converged = true;
  if (route.kind === "augmented-lagrangian") {
    const measure = createTraceExponential(d);
    let rho = 1;
    let alpha = 0;
    penalise = () => {
      const h = measure.evaluate(measured());
      return { value: alpha * h + 0.5 * rho * h * h, slope: alpha + rho * h, sensitivity: measure.exponential };
    };
    let previous = Number.POSITIVE_INFINITY;
    for (let step = 0; step < route.maxOuterSteps && rho < 1e16; step++) {
      for (;;) {
        await minimise();
        acyclicity = measure.evaluate(measured());
        if (acyclicity > 0.25 * previous && rho < 1e16) rho *= 10;
        else break;
      }
      previous = acyclicity;
      alpha += rho * acyclicity;
      hooks?.onProgress?.({
        phase: "acyclicity",
        step: step + 1,
        total: route.maxOuterSteps,
        metrics: { h: acyclicity, rho, evaluations },
      });
      if (acyclicity <= route.tolerance) break;
    }
    converged = acyclicity <= route.tolerance;
  } else {
    const measure = createLogDeterminant(d);
    penalise = () => ({ value: measure.evaluate(measured(), route.s), slope: 1, sensitivity: measure.inverse });
    for (const [step, mu] of route.mus.entries()) {
      dataScale = mu;
      await minimise();
      hooks?.onProgress?.({ phase: "central path", step: step + 1, total: route.mus.length, metrics: { evaluations } });
    }
    acyclicity = measure.evaluate(measured(), route.s);
    converged = acyclicity < 1e-2;
  }
  return { strengths: squared.map(Math.sqrt), acyclicity, evaluations, converged };
}
