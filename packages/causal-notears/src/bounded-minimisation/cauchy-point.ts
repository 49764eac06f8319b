import type { CorrectionMemory } from "./correction-memory.js";

// The generalised Cauchy point: the first local minimiser of the quadratic model along the projected steepest-descent
// path. It decides which bounds are active. Byrd, Lu, Nocedal, Zhu (1995), algorithm CP.

export interface CauchySearch {
  /** The Cauchy point of the last call. */
  readonly point: Float64Array;
  /** Wᵀ(point − x), 2k entries. */
  readonly offset: Float64Array;
  /** Find the point; false when the model is not convex enough to go on and the memory should be dropped. */
  find(
    x: Float64Array,
    gradient: Float64Array,
    lower: Float64Array,
    upper: Float64Array,
    memory: CorrectionMemory,
  ): boolean;
}

export function createCauchySearch(size: number, capacity: number): CauchySearch {
  const point = new Float64Array(size);
  const offset = new Float64Array(2 * capacity);
  const direction = new Float64Array(size);
  const breakpoints = new Float64Array(size);
  const heap = new Int32Array(size);
  const moving = new Int32Array(size);
  const p = new Float64Array(2 * capacity);
  const row = new Float64Array(2 * capacity);
  const middleRow = new Float64Array(2 * capacity);

  const find: CauchySearch["find"] = (x, gradient, lower, upper, memory) => {
    const k = memory.count;
    const width = 2 * k;
    const { theta, steps, changes } = memory;
    point.set(x);
    offset.fill(0);
    let slope = 0;
    let movingCount = 0;
    let heapSize = 0;
    for (let i = 0; i < size; i++) {
      const g = gradient[i]!;
      let t = Number.POSITIVE_INFINITY;
      if (g < 0) t = (x[i]! - upper[i]!) / g;
      else if (g > 0) t = (x[i]! - lower[i]!) / g;
      if (!(t > 0) || g === 0) {
        direction[i] = 0;
        continue;
      }
      breakpoints[i] = t;
      direction[i] = -g;
      slope -= g * g;
      moving[movingCount++] = i;
      if (t < Number.POSITIVE_INFINITY) heap[heapSize++] = i;
    }
    if (movingCount === 0) return true;

    for (let j = 0; j < k; j++) {
      let sumChange = 0;
      let sumStep = 0;
      const change = changes[j]!;
      const step = steps[j]!;
      for (let e = 0; e < movingCount; e++) {
        const i = moving[e]!;
        sumChange += change[i]! * direction[i]!;
        sumStep += step[i]! * direction[i]!;
      }
      p[j] = sumChange;
      p[k + j] = theta * sumStep;
    }
    let curvature = -theta * slope;
    if (k > 0) {
      memory.applyMiddle(p, middleRow);
      for (let j = 0; j < width; j++) curvature -= p[j]! * middleRow[j]!;
    }
    const smallest = Number.EPSILON * -theta * slope;
    let interval = -slope / Math.max(curvature, smallest);
    if (!(interval > 0)) return false;
    let reached = 0;

    for (let i = (heapSize >> 1) - 1; i >= 0; i--) siftDown(heap, breakpoints, i, heapSize);
    while (heapSize > 0) {
      const b = heap[0]!;
      const advance = breakpoints[b]! - reached;
      if (interval < advance) break;
      heap[0] = heap[--heapSize]!;
      siftDown(heap, breakpoints, 0, heapSize);
      reached = breakpoints[b]!;
      const g = gradient[b]!;
      point[b] = direction[b]! > 0 ? upper[b]! : lower[b]!;
      const z = point[b]! - x[b]!;
      direction[b] = 0;
      for (let j = 0; j < width; j++) offset[j]! += advance * p[j]!;
      slope += advance * curvature + g * g + theta * g * z;
      curvature -= theta * g * g;
      if (k > 0) {
        for (let j = 0; j < k; j++) {
          row[j] = changes[j]![b]!;
          row[k + j] = theta * steps[j]![b]!;
        }
        memory.applyMiddle(row, middleRow);
        let withOffset = 0;
        let withP = 0;
        let withRow = 0;
        for (let j = 0; j < width; j++) {
          withOffset += middleRow[j]! * offset[j]!;
          withP += middleRow[j]! * p[j]!;
          withRow += middleRow[j]! * row[j]!;
          p[j]! += g * row[j]!;
        }
        slope -= g * withOffset;
        curvature -= 2 * g * withP + g * g * withRow;
      }
      curvature = Math.max(curvature, smallest);
      interval = -slope / curvature;
    }
    if (!Number.isFinite(interval)) return false;
    interval = Math.max(interval, 0);
    reached += interval;
    for (let e = 0; e < movingCount; e++) {
      const i = moving[e]!;
      if (direction[i] !== 0) point[i] = x[i]! + reached * direction[i]!;
    }
    for (let j = 0; j < width; j++) offset[j]! += interval * p[j]!;
    return true;
  };
  return { point, offset, find };
}

function siftDown(heap: Int32Array, key: Float64Array, start: number, size: number): void {
  let i = start;
  const item = heap[i]!;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= size) break;
    if (child + 1 < size && key[heap[child + 1]!]! < key[heap[child]!]!) child++;
    if (key[heap[child]!]! >= key[item]!) break;
    heap[i] = heap[child]!;
    i = child;
  }
  heap[i] = item;
}
