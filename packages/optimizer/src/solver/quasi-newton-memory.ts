// Limited-memory BFGS as a matrix: products B·v with the approximate Hessian (not its inverse), which is what a model
// over a polytope needs.

export interface Memory {
  /** Remember a step and the change of the gradient along it; steps of no or negative curvature are damped. */
  add(step: Float64Array, change: Float64Array): void;
  /** B·v. */
  multiply(vector: Float64Array): Float64Array;
  /** The multiple of the identity that B starts from. */
  scale(): number;
  count(): number;
  clear(): void;
}

/**
 * B is kept as `σI + Σ_k (y_k y_kᵀ / y_kᵀs_k − b_k b_kᵀ / s_kᵀb_k)` with `b_k = B_{k−1} s_k`.
 *
 * Source: Nocedal & Wright (2006), Numerical optimization, ch. 7.2 and procedure 18.2 (damping).
 */
export function createMemory(size: number, length: number): Memory {
  let steps: Float64Array[] = [];
  let changes: Float64Array[] = [];
  let sigma = 1;
  let terms: { readonly vector: Float64Array; readonly weight: number }[] = [];

  const multiply = (vector: Float64Array): Float64Array => {
    const out = vector.map((v) => sigma * v);
    for (const { vector: term, weight } of terms) {
      const factor = weight * dot(term, vector);
      for (let i = 0; i < size; i++) out[i]! += factor * term[i]!;
    }
    return out;
  };
  const rebuild = (): void => {
    terms = [];
    const s = steps.at(-1)!;
    const y = changes.at(-1)!;
    sigma = Math.max(dot(y, y) / dot(s, y), 1e-300);
    for (const [k, step] of steps.entries()) {
      const b = multiply(step);
      const curvature = dot(step, b);
      let change = changes[k]!;
      const agreement = dot(step, change);
      if (agreement < 0.2 * curvature) {
        const theta = (0.8 * curvature) / (curvature - agreement);
        change = change.map((v, i) => theta * v + (1 - theta) * b[i]!);
      }
      terms.push({ vector: b, weight: -1 / curvature }, { vector: change, weight: 1 / dot(step, change) });
    }
  };
  return {
    multiply,
    scale: () => sigma,
    count: () => steps.length,
    clear() {
      steps = [];
      changes = [];
      terms = [];
    },
    add(step, change) {
      const square = dot(step, step);
      const agreement = dot(step, change);
      // Without any positive curvature there is nothing to scale the model by.
      if (!(square > 0) || !(agreement > 1e-10 * Math.sqrt(square * dot(change, change)))) return;
      steps.push(step);
      changes.push(change);
      if (steps.length > length) {
        steps.shift();
        changes.shift();
      }
      rebuild();
    },
  };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
