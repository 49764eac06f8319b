// Plain numbers in and out of engines: a flat typed array in row-major order and its shape. Engines exchange these,
// not tensors, so results outlive any backend, cost no tensor memory, and can be float64 where tensors cannot.

import { usageError } from "@mmm/core";

/** Element type as tensors name it; `Float64Array` data is `float32` to tfjs and double to engines that have it. */
export type NdType = "float32" | "int32" | "bool";

export type NdData = Float32Array | Float64Array | Int32Array | Uint8Array;

/** A dense array in row-major order. */
export interface NdArray {
  readonly data: NdData;
  readonly shape: readonly number[];
}

/**
 * Make an {@link NdArray}; plain numbers become float64. Without a shape the array is a vector (or, from one number,
 * a scalar).
 *
 * @throws MmmError `SHAPE` when the number of values does not fit the shape
 * @example ndArray([1, 2, 3, 4], [2, 2])
 */
export function ndArray(values: number | readonly number[] | NdData, shape?: readonly number[]): NdArray {
  const data =
    typeof values === "number"
      ? Float64Array.of(values)
      : ArrayBuffer.isView(values)
        ? values
        : Float64Array.from(values);
  const dimensions = shape ?? (typeof values === "number" ? [] : [data.length]);
  if (sizeOf(dimensions) !== data.length) {
    throw usageError(
      "SHAPE",
      `${data.length} values do not fit the shape [${dimensions.join(", ")}], which holds ${sizeOf(dimensions)}.`,
      "Pass as many values as the product of the shape.",
    );
  }
  return { data: data as NdData, shape: [...dimensions] };
}

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The element type that a tensor made of this data has. */
export function dtypeOf(data: NdData): NdType {
  if (data instanceof Int32Array) return "int32";
  return data instanceof Uint8Array ? "bool" : "float32";
}

/** The one value of an array that holds one. @throws MmmError `SHAPE` otherwise */
export function scalarOf(array: NdArray): number {
  if (array.data.length !== 1) {
    throw usageError("SHAPE", `An array of shape [${array.shape.join(", ")}] is not one number.`, "Reduce it first.");
  }
  return array.data[0]!;
}
