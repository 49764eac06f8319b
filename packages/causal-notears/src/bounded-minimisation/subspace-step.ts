import { factoriseLu, solveLu } from "../matrix/factorise.js";
import type { CorrectionMemory } from "./correction-memory.js";

// Minimise the quadratic model over the variables that are free at the Cauchy point, then come back into the box:
// first by projection (Morales and Nocedal 2011), and by shortening the step where the projection is not downhill.

export interface SubspaceStep {
  /** Overwrite the Cauchy point with the subspace minimiser; false when the small system is singular. */
  improve(
    point: Float64Array,
    offset: Float64Array,
    x: Float64Array,
    gradient: Float64Array,
    lower: Float64Array,
    upper: Float64Array,
    memory: CorrectionMemory,
  ): boolean;
}

export function createSubspaceStep(size: number, capacity: number): SubspaceStep {
  const free = new Int32Array(size);
  // The memory's rows restricted to the free variables, packed so that the products below run over plain arrays.
  const freeSteps = Array.from({ length: capacity }, () => new Float64Array(size));
  const freeChanges = Array.from({ length: capacity }, () => new Float64Array(size));
  const residual = new Float64Array(size);
  const direction = new Float64Array(size);
  const system = new Float64Array(4 * capacity * capacity);
  const pivots = new Int32Array(2 * capacity);
  const v = new Float64Array(2 * capacity);
  const middle = new Float64Array(2 * capacity);

  const improve: SubspaceStep["improve"] = (point, offset, x, gradient, lower, upper, memory) => {
    const k = memory.count;
    if (k === 0) return true;
    const width = 2 * k;
    const { theta, steps, changes } = memory;
    let count = 0;
    for (let i = 0; i < size; i++) if (point[i]! > lower[i]! && point[i]! < upper[i]!) free[count++] = i;
    if (count === 0) return true;

    // Reduced gradient of the model at the Cauchy point: r = g + θ(point − x) − W·M·offset, negated for the step.
    memory.applyMiddle(offset, middle);
    for (let e = 0; e < count; e++) {
      const i = free[e]!;
      residual[e] = gradient[i]! + theta * (point[i]! - x[i]!);
    }
    for (let j = 0; j < k; j++) {
      const change = changes[j]!;
      const step = steps[j]!;
      const freeChange = freeChanges[j]!;
      const freeStep = freeSteps[j]!;
      const a = middle[j]!;
      const b = theta * middle[k + j]!;
      for (let e = 0; e < count; e++) {
        const i = free[e]!;
        const y = change[i]!;
        const s = step[i]!;
        freeChange[e] = y;
        freeStep[e] = s;
        residual[e]! -= a * y + b * s;
      }
    }

    // d = −r/θ − W·v/θ², with (M⁻¹ − WᵀW/θ) v = Wᵀr over the free rows.
    memory.middleInverse(system);
    for (let a = 0; a < k; a++) {
      const changeA = freeChanges[a]!;
      const stepA = freeSteps[a]!;
      let ry = 0;
      let rs = 0;
      for (let e = 0; e < count; e++) {
        ry += changeA[e]! * residual[e]!;
        rs += stepA[e]! * residual[e]!;
      }
      v[a] = ry;
      v[k + a] = theta * rs;
      for (let b = 0; b <= a; b++) {
        const changeB = freeChanges[b]!;
        const stepB = freeSteps[b]!;
        let yy = 0;
        let ys = 0;
        let sy = 0;
        let ss = 0;
        for (let e = 0; e < count; e++) {
          const ya = changeA[e]!;
          const sa = stepA[e]!;
          const yb = changeB[e]!;
          const sb = stepB[e]!;
          yy += ya * yb;
          ys += ya * sb;
          sy += sa * yb;
          ss += sa * sb;
        }
        system[a * width + b]! -= yy / theta;
        system[a * width + k + b]! -= ys;
        system[(k + a) * width + b]! -= sy;
        system[(k + a) * width + k + b]! -= theta * ss;
        if (b < a) {
          system[b * width + a]! -= yy / theta;
          system[(k + b) * width + a]! -= ys;
          system[b * width + k + a]! -= sy;
          system[(k + b) * width + k + a]! -= theta * ss;
        }
      }
    }
    if (factoriseLu(system, width, pivots).sign === 0) return false;
    solveLu(system, pivots, width, v, 1);
    for (let e = 0; e < count; e++) direction[e] = -residual[e]! / theta;
    for (let j = 0; j < k; j++) {
      const change = freeChanges[j]!;
      const step = freeSteps[j]!;
      const a = v[j]! / (theta * theta);
      const b = v[k + j]! / theta;
      for (let e = 0; e < count; e++) direction[e]! -= a * change[e]! + b * step[e]!;
    }

    let downhill = 0;
    for (let e = 0; e < count; e++) {
      const i = free[e]!;
      const projected = Math.min(Math.max(point[i]! + direction[e]!, lower[i]!), upper[i]!);
      residual[e] = point[i]!;
      point[i] = projected;
    }
    for (let i = 0; i < size; i++) downhill += (point[i]! - x[i]!) * gradient[i]!;
    if (downhill < 0) return true;

    let fraction = 1;
    for (let e = 0; e < count; e++) {
      const i = free[e]!;
      const d = direction[e]!;
      const start = residual[e]!;
      if (d > 0 && start + fraction * d > upper[i]!) fraction = (upper[i]! - start) / d;
      else if (d < 0 && start + fraction * d < lower[i]!) fraction = (lower[i]! - start) / d;
    }
    for (let e = 0; e < count; e++) {
      const i = free[e]!;
      point[i] = Math.min(Math.max(residual[e]! + fraction * direction[e]!, lower[i]!), upper[i]!);
    }
    return true;
  };
  return { improve };
}
