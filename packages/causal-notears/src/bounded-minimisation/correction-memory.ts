import { factoriseCholesky, solveCholesky } from "../matrix/factorise.js";

// The limited memory of L-BFGS in compact form: B = θI − W·M·Wᵀ with W = [Y, θS] and
//   M⁻¹ = [ −D  Lᵀ ; L  θSᵀS ],   D = diag(sᵢᵀyᵢ),  L = strictly lower triangle of SᵀY.
// Pairs are kept oldest first. See Byrd, Lu, Nocedal, Zhu (1995), section 3.

export interface CorrectionMemory {
  readonly capacity: number;
  /** Number of pairs held, k; vectors of the compact form have 2k entries: Y part, then S part. */
  count: number;
  theta: number;
  readonly steps: Float64Array[];
  readonly changes: Float64Array[];
  clear(): void;
  /** Add a step and gradient change with sᵀy > 0. Returns false, and clears, when the form is not positive definite. */
  push(step: Float64Array, change: Float64Array): boolean;
  /** out = M·v, both with 2k entries. */
  applyMiddle(v: Float64Array, out: Float64Array): void;
  /** out = M⁻¹ as a row-major 2k × 2k matrix. */
  middleInverse(out: Float64Array): void;
}

export function createCorrectionMemory(size: number, capacity: number): CorrectionMemory {
  const stepChange = new Float64Array(capacity * capacity); // sᵢᵀyⱼ
  const stepStep = new Float64Array(capacity * capacity); // sᵢᵀsⱼ
  const factor = new Float64Array(capacity * capacity);
  const scratch = new Float64Array(capacity);
  const memory: CorrectionMemory = {
    capacity,
    count: 0,
    theta: 1,
    steps: Array.from({ length: capacity }, () => new Float64Array(size)),
    changes: Array.from({ length: capacity }, () => new Float64Array(size)),
    clear() {
      memory.count = 0;
      memory.theta = 1;
    },
    push(step, change) {
      if (memory.count === capacity) {
        memory.steps.push(memory.steps.shift()!);
        memory.changes.push(memory.changes.shift()!);
        for (const table of [stepChange, stepStep]) {
          for (let i = 1; i < capacity; i++) {
            for (let j = 1; j < capacity; j++) table[(i - 1) * capacity + j - 1] = table[i * capacity + j]!;
          }
        }
        memory.count--;
      }
      const last = memory.count;
      memory.steps[last]!.set(step);
      memory.changes[last]!.set(change);
      memory.count++;
      for (let i = 0; i <= last; i++) {
        stepChange[last * capacity + i] = dot(step, memory.changes[i]!);
        stepChange[i * capacity + last] = i === last ? stepChange[last * capacity + i]! : dot(memory.steps[i]!, change);
        const inner = dot(step, memory.steps[i]!);
        stepStep[last * capacity + i] = inner;
        stepStep[i * capacity + last] = inner;
      }
      memory.theta = dot(change, change) / stepChange[last * capacity + last]!;
      const k = memory.count;
      for (let i = 0; i < k; i++) {
        for (let j = 0; j <= i; j++) {
          let sum = memory.theta * stepStep[i * capacity + j]!;
          for (let l = 0; l < j; l++) {
            sum += (stepChange[i * capacity + l]! * stepChange[j * capacity + l]!) / stepChange[l * capacity + l]!;
          }
          factor[i * capacity + j] = sum;
        }
      }
      if (factoriseCholesky(factor, k, capacity)) return true;
      memory.clear();
      return false;
    },
    applyMiddle(v, out) {
      const k = memory.count;
      for (let i = 0; i < k; i++) {
        let sum = v[k + i]!;
        for (let l = 0; l < i; l++) sum += (stepChange[i * capacity + l]! * v[l]!) / stepChange[l * capacity + l]!;
        scratch[i] = sum;
      }
      solveCholesky(factor, k, scratch, capacity);
      for (let i = 0; i < k; i++) {
        let sum = -v[i]!;
        for (let l = i + 1; l < k; l++) sum += stepChange[l * capacity + i]! * scratch[l]!;
        out[i] = sum / stepChange[i * capacity + i]!;
      }
      for (let i = 0; i < k; i++) out[k + i] = scratch[i]!;
    },
    middleInverse(out) {
      const k = memory.count;
      const width = 2 * k;
      out.fill(0, 0, width * width);
      for (let i = 0; i < k; i++) {
        out[i * width + i] = -stepChange[i * capacity + i]!;
        for (let j = 0; j < k; j++) {
          out[(k + i) * width + k + j] = memory.theta * stepStep[i * capacity + j]!;
          if (j < i) {
            out[(k + i) * width + j] = stepChange[i * capacity + j]!;
            out[j * width + k + i] = stepChange[i * capacity + j]!;
          }
        }
      }
    },
  };
  return memory;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
