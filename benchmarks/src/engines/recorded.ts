// PyTorch's times for the same kind of step, measured once on a quiet 2-core x86-64 machine with AVX-512 (torch 2.13,
// eager nn.GRU). They are printed beside ours for orientation; `--peer` runs PyTorch in the same minute instead.

import type { SizeName } from "./workload.js";

export interface RecordedTime {
  readonly engine: string;
  /** Median wall time per step in milliseconds, where it was measured quietly. */
  readonly wallMs?: number;
  readonly cpuMs?: number;
  readonly peakRssMb?: number;
}

export const recordedPyTorch: Readonly<Record<SizeName, readonly RecordedTime[]>> = {
  S: [{ engine: "PyTorch, recorded", wallMs: 17.3, cpuMs: 22.9 }],
  W: [
    { engine: "PyTorch 1 thread, recorded", wallMs: 66, cpuMs: 75, peakRssMb: 399 },
    { engine: "PyTorch 2 threads, recorded", wallMs: 59 },
  ],
  L: [{ engine: "PyTorch 1 thread, recorded", cpuMs: 1558, peakRssMb: 1547 }],
};
