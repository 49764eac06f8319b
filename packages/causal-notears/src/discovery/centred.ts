import type { CausalData } from "@mmm/core";

/** Values with each unit's own mean taken away, so that levels do not pose as effects, divided by `scale` [d] if given. */
export function centredWithinUnits(data: CausalData, scale?: Float64Array): Float64Array {
  const d = data.columns.length;
  const offsets = data.unitOffsets ?? [0, data.rows];
  const values = new Float64Array(data.values.length);
  for (let unit = 0; unit + 1 < offsets.length; unit++) {
    const start = offsets[unit]!;
    const end = offsets[unit + 1]!;
    for (let j = 0; j < d; j++) {
      let mean = 0;
      for (let t = start; t < end; t++) mean += data.values[t * d + j]! / (end - start);
      for (let t = start; t < end; t++) values[t * d + j] = (data.values[t * d + j]! - mean) / (scale ? scale[j]! : 1);
    }
  }
  return values;
}
