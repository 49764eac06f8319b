import { factoriseLu, solveLu } from "./factorise.js";
import { multiply } from "./multiply.js";

// The matrix exponential by scaling and squaring with diagonal Padé approximants (Higham 2005). Float64, any square
// matrix, no allocation after the workspace is made. For the trace of e^{W∘W} of a sparse graph, the series in
// ../acyclicity/trace-exponential.ts is cheaper.

// Largest 1-norm for which the approximant of the given degree is exact to 2⁻⁵³ (Higham 2005, table 2.3).
const approximants = [
  { degree: 3, bound: 1.495585217958292e-2, coefficients: [120, 60, 12, 1] },
  { degree: 5, bound: 2.53939833006323e-1, coefficients: [30240, 15120, 3360, 420, 30, 1] },
  {
    degree: 7,
    bound: 9.504178996162932e-1,
    coefficients: [17297280, 8648640, 1995840, 277200, 25200, 1512, 56, 1],
  },
  {
    degree: 9,
    bound: 2.097847961257068,
    coefficients: [17643225600, 8821612800, 2075673600, 302702400, 30270240, 2162160, 110880, 3960, 90, 1],
  },
] as const;
const bound13 = 5.371920351148152;
const coefficients13 = [
  64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600,
  670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
] as const;

export interface ExponentialWorkspace {
  readonly size: number;
  readonly buffers: readonly Float64Array[];
  readonly pivots: Int32Array;
}

/** Buffers for {@link matrixExponential} of n × n matrices. */
export function createExponentialWorkspace(n: number): ExponentialWorkspace {
  return {
    size: n,
    buffers: Array.from({ length: 8 }, () => new Float64Array(n * n)),
    pivots: new Int32Array(n),
  };
}

/**
 * out = e^A for row-major A [n, n].
 *
 * @param workspace from {@link createExponentialWorkspace} with the same n
 * @example matrixExponential(a, out, createExponentialWorkspace(3))
 * @see N. J. Higham, "The scaling and squaring method for the matrix exponential revisited", SIAM J. Matrix Anal. Appl.
 *   26 (2005). We omit the balancing step.
 */
export function matrixExponential(a: Float64Array, out: Float64Array, workspace: ExponentialWorkspace): void {
  const n = workspace.size;
  const [scaled, a2, a4, a6, u, v, scratch, high] = workspace.buffers as readonly [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const norm = oneNorm(a, n);
  const small = approximants.find(({ bound }) => norm <= bound);
  const squarings = small ? 0 : Math.max(0, Math.ceil(Math.log2(norm / bound13)));
  const scale = 2 ** -squarings;
  for (let i = 0; i < n * n; i++) scaled[i] = a[i]! * scale;
  multiply(scaled, scaled, a2, n, n, n);

  if (small) {
    // U = A·(b₁I + b₃A² + …), V = b₀I + b₂A² + …
    const b = small.coefficients;
    setToIdentity(high, n);
    combine(scratch, n, b[1]!, high, 0, high, 0, high, 0);
    combine(v, n, b[0]!, high, 0, high, 0, high, 0);
    let power = high;
    let next = a4;
    for (let k = 2; k < small.degree; k += 2) {
      if (k === 2) next.set(a2);
      else multiply(power, a2, next, n, n, n);
      const even = b[k]!;
      const odd = b[k + 1]!;
      for (let i = 0; i < n * n; i++) {
        v[i]! += even * next[i]!;
        scratch[i]! += odd * next[i]!;
      }
      const freed = power;
      power = next;
      next = freed;
    }
    multiply(scaled, scratch, u, n, n, n);
  } else {
    const b = coefficients13;
    multiply(a2, a2, a4, n, n, n);
    multiply(a4, a2, a6, n, n, n);
    combine(high, n, b[13], a6, b[11], a4, b[9], a2, 0);
    multiply(a6, high, scratch, n, n, n);
    addCombination(scratch, n, b[7], a6, b[5], a4, b[3], a2, b[1]);
    multiply(scaled, scratch, u, n, n, n);
    combine(high, n, b[12], a6, b[10], a4, b[8], a2, 0);
    multiply(a6, high, v, n, n, n);
    addCombination(v, n, b[6], a6, b[4], a4, b[2], a2, b[0]);
  }

  for (let i = 0; i < n * n; i++) {
    scratch[i] = v[i]! - u[i]!;
    out[i] = v[i]! + u[i]!;
  }
  factoriseLu(scratch, n, workspace.pivots);
  solveLu(scratch, workspace.pivots, n, out, n);
  for (let k = 0; k < squarings; k++) {
    multiply(out, out, scratch, n, n, n);
    out.set(scratch);
  }
}

function oneNorm(a: Float64Array, n: number): number {
  let largest = 0;
  for (let j = 0; j < n; j++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += Math.abs(a[i * n + j]!);
    if (sum > largest) largest = sum;
  }
  return largest;
}

function setToIdentity(a: Float64Array, n: number): void {
  a.fill(0);
  for (let i = 0; i < n; i++) a[i * n + i] = 1;
}

// out = c1·M1 + c2·M2 + c3·M3 + c0·I
function combine(
  out: Float64Array,
  n: number,
  c1: number,
  m1: Float64Array,
  c2: number,
  m2: Float64Array,
  c3: number,
  m3: Float64Array,
  c0: number,
): void {
  for (let i = 0; i < n * n; i++) out[i] = c1 * m1[i]! + c2 * m2[i]! + c3 * m3[i]!;
  for (let i = 0; i < n; i++) out[i * n + i]! += c0;
}

function addCombination(
  out: Float64Array,
  n: number,
  c1: number,
  m1: Float64Array,
  c2: number,
  m2: Float64Array,
  c3: number,
  m3: Float64Array,
  c0: number,
): void {
  for (let i = 0; i < n * n; i++) out[i]! += c1 * m1[i]! + c2 * m2[i]! + c3 * m3[i]!;
  for (let i = 0; i < n; i++) out[i * n + i]! += c0;
}
