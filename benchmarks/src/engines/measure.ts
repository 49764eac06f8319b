// One measurement in a process of its own, so that peak memory and warm-up belong to one engine: prints one JSON line.
//
// node dist/engines/measure.js SIZE ENGINE STEPS

import {
  applyUpdates,
  compileStep,
  eagerEngine,
  type NdArray,
  scalarOf,
  type TensorTree,
  valueAndGrad,
} from "@mmm/tensor";
import { onnxEngine } from "@mmm/tensor-onnx";
import * as tf from "@tensorflow/tfjs-core";
import {
  initialState,
  makeWorkload,
  objective,
  optimiser,
  type Params,
  type SizeName,
  sizes,
  trainingStep,
  unitAxes,
  type Workload,
} from "./workload.js";

export interface Measurement {
  readonly size: SizeName;
  readonly engine: string;
  readonly steps: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly setupMs: number;
  readonly peakRssMb: number;
  /** Loss before the first and before the last step. */
  readonly losses: readonly [number, number];
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

interface Running {
  readonly step: () => Promise<number>;
  readonly close: () => Promise<void>;
}

async function start(engineName: string, { params, data }: Workload): Promise<Running> {
  const [kind, workers] = engineName.split("-x");
  if (workers) return sharded(Number(workers), params, data);
  const engine =
    kind === "onnx"
      ? onnxEngine()
      : kind === "onnx-2threads"
        ? onnxEngine({ threads: 2 })
        : kind === "onnx-float64"
          ? onnxEngine({ precision: "float64" })
          : eagerEngine({ backend: kind as "cpu" | "wasm" });
  const step = await compileStep(trainingStep, initialState(params) as never, [data as never], { engine });
  return {
    step: async () => scalarOf(((await step.run(data as never)) as { loss: NdArray }).loss),
    close: () => step.dispose(),
  };
}

async function sharded(workers: number, params: Params<NdArray>, data: Workload["data"]): Promise<Running> {
  const differentiated = valueAndGrad(objective);
  const step = await onnxEngine({ workers }).compileSharded!({
    gradient: (p, d) => {
      const { value, gradient } = differentiated(p as Params, d as never);
      return { loss: value, gradient: gradient as TensorTree };
    },
    update: (p, state, gradient) => {
      const { updates, state: next } = optimiser.update(gradient, state, p);
      return { params: applyUpdates(p, updates), optimiser: next, norms: tf.zeros([1]) };
    },
    ...(initialState(params) as { params: never; optimiser: never }),
    data: data as never,
    unitAxes,
  });
  const key = { data: Int32Array.of(0), shape: [] };
  return { step: async () => scalarOf((await step.run(key)).loss), close: () => step.dispose() };
}

const [size, engineName, stepsText] = process.argv.slice(2) as [SizeName, string, string];
const steps = Number(stepsText);
const workload = makeWorkload(sizes[size]);
const begun = performance.now();
const running = await start(engineName, workload);
const setupMs = performance.now() - begun;
const wall: number[] = [];
const cpu: number[] = [];
const losses: number[] = [];
for (let i = 0; i < steps; i++) {
  const time = performance.now();
  const usage = process.cpuUsage();
  losses.push(await running.step());
  wall.push(performance.now() - time);
  const { user, system } = process.cpuUsage(usage);
  cpu.push((user + system) / 1000);
}
await running.close();
const result: Measurement = {
  size,
  engine: engineName,
  steps,
  wallMs: median(wall),
  cpuMs: median(cpu),
  setupMs,
  peakRssMb: process.resourceUsage().maxRSS / 1024,
  losses: [losses[0]!, losses[losses.length - 1]!],
};
process.stdout.write(`${JSON.stringify(result)}\n`);
