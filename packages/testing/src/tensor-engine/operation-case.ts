// One operation to check on an engine: how it is written with tfjs, what it must give in double precision, and, where
// it is smooth, that its gradient agrees with central differences of that reference.

import { createRandom } from "@mmm/core";
import { type NdArray, ndArray, sizeOf } from "@mmm/tensor";
import type { Tensor } from "@tensorflow/tfjs-core";

export type Inputs<Leaf> = Readonly<Record<string, Leaf>>;

export interface OperationCase {
  readonly name: string;
  readonly inputs: Inputs<NdArray>;
  readonly fn: (inputs: Inputs<Tensor>) => Tensor;
  /** The same in double precision, row-major. */
  readonly reference: (inputs: Inputs<Float64Array>) => ArrayLike<number>;
  /** Shape of the result. */
  readonly shape: readonly number[];
  /** False where the gradient is zero or undefined; default true. */
  readonly smooth?: boolean;
}

/** Reproducible normal numbers. */
export function normals(name: string, shape: readonly number[], scale = 1, shift = 0): NdArray {
  const random = createRandom(7).split(name);
  return ndArray(
    Float64Array.from({ length: sizeOf(shape) }, () => Math.fround(shift + scale * random.normal())),
    shape,
  );
}

/** Reproducible numbers between two bounds. */
export function uniforms(name: string, shape: readonly number[], lower: number, upper: number): NdArray {
  const random = createRandom(7).split(name);
  return ndArray(
    Float64Array.from({ length: sizeOf(shape) }, () => Math.fround(lower + (upper - lower) * random.uniform())),
    shape,
  );
}

/** Element of a row-major array. */
export function at(data: ArrayLike<number>, shape: readonly number[], ...index: readonly number[]): number {
  return data[index.reduce((position, i, axis) => position * shape[axis]! + i, 0)]!;
}

/** Fill a row-major array from a function of the indices. */
export function build(shape: readonly number[], value: (...index: number[]) => number): Float64Array {
  const out = new Float64Array(sizeOf(shape));
  const index = shape.map(() => 0);
  for (let position = 0; position < out.length; position++) {
    let rest = position;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = rest % shape[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    out[position] = value(...index);
  }
  return out;
}

/** Fixed, different weights, so that a gradient check sees every output element. */
export function weightsFor(length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => Math.fround(0.5 + Math.sin(1 + 1.7 * i)));
}

/** Gradient of `Σ weights · reference` by central differences in double precision. */
export function differences(operation: OperationCase): Inputs<Float64Array> {
  const inputs = Object.fromEntries(
    Object.entries(operation.inputs).map(([name, array]) => [name, Float64Array.from(array.data)]),
  );
  const objective = (): number => {
    const out = operation.reference(inputs);
    const weights = weightsFor(out.length);
    return weights.reduce((sum, weight, i) => sum + weight * out[i]!, 0);
  };
  return Object.fromEntries(
    Object.entries(inputs).map(([name, values]) => [
      name,
      values.map((value, i) => {
        const step = 1e-5 * Math.max(1, Math.abs(value));
        values[i] = value + step;
        const above = objective();
        values[i] = value - step;
        const below = objective();
        values[i] = value;
        return (above - below) / (2 * step);
      }),
    ]),
  );
}
