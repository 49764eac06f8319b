// Do all engines compute the same loss and gradient? The reference is the same trace in float64.

import {
  compile,
  eagerEngine,
  flattenTree,
  type NdArray,
  scalarOf,
  type TensorEngine,
  valueAndGrad,
} from "@mmm/tensor";
import { onnxEngine } from "@mmm/tensor-onnx";
import { makeWorkload, objective, type SizeName, sizes } from "./workload.js";

interface Evaluated {
  readonly loss: number;
  readonly gradient: ReadonlyMap<string, NdArray>;
}

async function evaluate(engine: TensorEngine, size: SizeName): Promise<Evaluated> {
  const { params, data } = makeWorkload(sizes[size]);
  const both = await compile(
    (p: never, d: never) => {
      const { value, gradient } = valueAndGrad(objective)(p, d);
      return { value, gradient } as never;
    },
    [params as never, data as never],
    { engine },
  );
  const out = (await both(params as never, data as never)) as { value: NdArray; gradient: unknown };
  await both.dispose();
  return { loss: scalarOf(out.value), gradient: flattenTree<NdArray>(out.gradient) };
}

/** Print the largest deviation of each engine: of the loss, and of gradients relative to the largest element of each. */
export async function agree(names: readonly SizeName[], engines: readonly string[]): Promise<void> {
  for (const size of names) {
    const reference = await evaluate(onnxEngine({ precision: "float64" }), size);
    const rows = [];
    for (const name of engines.filter((engine) => !engine.includes("-x"))) {
      const engine = name === "onnx" ? onnxEngine() : eagerEngine({ backend: name as "cpu" | "wasm" });
      const { loss, gradient } = await evaluate(engine, size);
      let worst = 0;
      let leaf = "";
      for (const [path, { data }] of gradient) {
        const wanted = Float64Array.from(reference.gradient.get(path)!.data);
        const scale = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        let off = 0;
        for (let i = 0; i < data.length; i++) off = Math.max(off, Math.abs(data[i]! - wanted[i]!));
        if (off / scale > worst) {
          worst = off / scale;
          leaf = path;
        }
      }
      rows.push({
        engine: name,
        "loss off by": Math.abs(loss - reference.loss).toExponential(1),
        "gradient off by": worst.toExponential(1),
        "worst leaf": leaf,
      });
    }
    console.log(`\n${size}, against float64 (loss ${reference.loss})`);
    console.table(rows);
  }
}
