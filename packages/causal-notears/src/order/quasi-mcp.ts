import type { LinearDesign } from "../linear/design.js";
import { concave, type LinearProblem, type PenaltyShape } from "../linear/problem.js";
import { factoriseCholesky } from "../matrix/factorise.js";
import type { NodeModel } from "./node-model.js";

/**
 * Penalised Gaussian likelihood of one target: ½·log var(x_j − Σ w_i x_i) + Σ λ_i (|w_i| − w_i²/2δ), flat beyond δ.
 *
 * Grow and shrink: the predictor that lowers the cost most enters, then any that pays to leave goes, with exact
 * regression weights on each set (where |w| > δ those are stationary for the penalised problem too). The fit depends
 * only on the target and the allowed predictors, so fits are kept and a search that comes back pays nothing.
 *
 * @see Deng, Bello, Ravikumar, Aragam, "Markov equivalence and consistency in differentiable structure learning",
 *   NeurIPS 2024, for the objective.
 */
export function quasiMcpModel(design: LinearDesign, problem: LinearProblem, shape: PenaltyShape): NodeModel {
  const { predictors, covariance } = design;
  const most = Math.max(1, Math.min(predictors, Math.floor(design.rows / 3) - 1));
  const prices = new Float64Array(problem.targets * predictors);
  for (let k = 0; k < problem.free.length; k++) prices[problem.free[k]!] = shape.scale * problem.penalty[k]!;
  const chosen = new Int32Array(predictors);
  const factor = new Float64Array((most + 1) * (most + 1));
  const projected = new Float64Array(most + 1);
  const solution = new Float64Array(most + 1);
  const column = new Float64Array(most + 1);
  const known = new Map<string, { readonly cost: number; readonly weights: Float64Array }>();
  let count = 0;
  let variance = 0;
  let entering = 0;

  // Regression of the target on the chosen predictors; false when they are linearly dependent.
  const regress = (target: number): boolean => {
    for (let a = 0; a < count; a++) {
      for (let b = 0; b <= a; b++) factor[a * count + b] = covariance[chosen[a]! * predictors + chosen[b]!]!;
    }
    if (!factoriseCholesky(factor, count)) return false;
    variance = covariance[target * predictors + target]!;
    for (let a = 0; a < count; a++) {
      let sum = covariance[chosen[a]! * predictors + target]!;
      for (let b = 0; b < a; b++) sum -= factor[a * count + b]! * projected[b]!;
      projected[a] = sum / factor[a * count + a]!;
      variance -= projected[a]! ** 2;
    }
    for (let a = count - 1; a >= 0; a--) {
      let sum = projected[a]!;
      for (let b = a + 1; b < count; b++) sum -= factor[b * count + a]! * solution[b]!;
      solution[a] = sum / factor[a * count + a]!;
    }
    variance = Math.max(variance, 1e-10 * covariance[target * predictors + target]!);
    return true;
  };
  // Change of the cost when predictor i joins, other weights free to follow; their own prices are taken as unchanged.
  const changeOnEntry = (target: number, i: number): number => {
    let own = covariance[i * predictors + i]!;
    let shared = covariance[i * predictors + target]!;
    for (let a = 0; a < count; a++) {
      let sum = covariance[i * predictors + chosen[a]!]!;
      for (let b = 0; b < a; b++) sum -= factor[a * count + b]! * column[b]!;
      column[a] = sum / factor[a * count + a]!;
      own -= column[a]! ** 2;
      shared -= column[a]! * projected[a]!;
    }
    if (own <= 1e-9 * covariance[i * predictors + i]!) return Number.POSITIVE_INFINITY;
    entering = shared / own;
    const left = Math.max(variance - shared * entering, 1e-10 * covariance[target * predictors + target]!);
    return (
      0.5 * Math.log(left / variance) + prices[target * predictors + i]! * concave(Math.abs(entering), shape.concavity)
    );
  };
  const cost = (target: number): number => {
    let sum = 0.5 * Math.log(variance);
    for (let a = 0; a < count; a++) {
      sum += prices[target * predictors + chosen[a]!]! * concave(Math.abs(solution[a]!), shape.concavity);
    }
    return sum;
  };

  const grow = (target: number, allowed: Uint8Array): void => {
    while (count < most) {
      let best = -1;
      let change = -1e-12;
      for (let i = 0; i < predictors; i++) {
        if (!allowed[i] || chosen.subarray(0, count).includes(i)) continue;
        const candidate = changeOnEntry(target, i);
        if (candidate < change) {
          change = candidate;
          best = i;
        }
      }
      if (best < 0) return;
      chosen[count++] = best;
      if (regress(target)) continue;
      count--;
      regress(target);
      return;
    }
  };
  const shrink = (target: number): boolean => {
    let removed = false;
    for (let now = cost(target); count > 0; ) {
      let worst = -1;
      const kept = chosen.slice(0, count);
      for (let a = 0; a < kept.length; a++) {
        if (prices[target * predictors + kept[a]!] === 0) continue;
        leaveOut(kept, a);
        regress(target);
        const without = cost(target);
        if (without < now - 1e-12) {
          now = without;
          worst = a;
        }
      }
      if (worst >= 0) leaveOut(kept, worst);
      else {
        chosen.set(kept);
        count = kept.length;
      }
      regress(target);
      if (worst < 0) return removed;
      removed = true;
    }
    return removed;
  };
  const leaveOut = (from: Int32Array, position: number): void => {
    count = 0;
    for (let a = 0; a < from.length; a++) if (a !== position) chosen[count++] = from[a]!;
  };

  const choose = (except: number, weights: Float64Array): void => {
    count = 0;
    for (let i = 0; i < predictors; i++) if (weights[i] !== 0 && i !== except && count < most) chosen[count++] = i;
  };

  return {
    fit(target, allowed, weights) {
      const key = target + String.fromCharCode(...allowed);
      const before = known.get(key);
      if (before) {
        weights.set(before.weights);
        return before.cost;
      }
      count = 0;
      for (let i = 0; i < predictors; i++) {
        if (allowed[i] && problem.required[target * problem.targets + i] && i < problem.targets) chosen[count++] = i;
      }
      regress(target);
      do grow(target, allowed);
      while (shrink(target));
      weights.fill(0);
      for (let a = 0; a < count; a++) weights[chosen[a]!] = solution[a]!;
      const value = cost(target);
      if (known.size < 100_000) known.set(key, { cost: value, weights: weights.slice() });
      return value;
    },
    attracts(target, candidate, weights) {
      choose(candidate, weights);
      if (!regress(target)) return true;
      // Two that enter together can pay where one alone does not quite: look from half the price on.
      const change = changeOnEntry(target, candidate);
      return change - 0.5 * prices[target * predictors + candidate]! * concave(Math.abs(entering), shape.concavity) < 0;
    },
    entryWeight(target, candidate, weights) {
      choose(candidate, weights);
      if (!regress(target) || changeOnEntry(target, candidate) === Number.POSITIVE_INFINITY) return 0;
      return entering;
    },
  };
}
