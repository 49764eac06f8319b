import {
  compile,
  compileStep,
  eagerEngine,
  flattenTree,
  type NdArray,
  scalarOf,
  type TensorEngine,
  valueAndGrad,
} from "@mmm/tensor";
import { onnxEngine } from "@mmm/tensor-onnx";
import { registerMatchers } from "@mmm/testing";
import { expect, it } from "vitest";
import { initialState, makeWorkload, objective, sizes, trainingStep } from "./workload.js";

registerMatchers();

it("engines agree on the loss and every gradient at size S", async () => {
  const { params, data } = makeWorkload(sizes.S);
  const evaluate = async (engine: TensorEngine) => {
    const both = await compile(
      (p: never, d: never) => valueAndGrad(objective)(p, d) as never,
      [params as never, data as never],
      { engine },
    );
    const out = (await both(params as never, data as never)) as { value: NdArray; gradient: unknown };
    await both.dispose();
    return { loss: scalarOf(out.value), gradient: flattenTree<NdArray>(out.gradient) };
  };
  const exact = await evaluate(onnxEngine({ precision: "float64" }));
  for (const engine of [onnxEngine(), eagerEngine({ backend: "wasm" })]) {
    const { loss, gradient } = await evaluate(engine);
    expect(Math.abs(loss - exact.loss)).toBeLessThan(1e-5);
    for (const [name, array] of gradient) {
      expect(array).toBeAllclose(exact.gradient.get(name)!, { relative: 1e-4 });
    }
  }
});

it("50 training steps stay together on both engines", async () => {
  const { params, data } = makeWorkload({ units: 40, periods: 12, channels: 3, controls: 2, hidden: 8 });
  const losses = async (engine: TensorEngine): Promise<number[]> => {
    const step = await compileStep(trainingStep, initialState(params) as never, [data as never], { engine });
    const out: number[] = [];
    for (let i = 0; i < 50; i++) out.push(scalarOf(((await step.run(data as never)) as { loss: NdArray }).loss));
    await step.dispose();
    return out;
  };
  const traced = await losses(onnxEngine());
  expect(traced).toBeAllclose(await losses(eagerEngine({ backend: "wasm" })), { relative: 1e-5 });
  expect(traced[49]!).toBeLessThan(0.5 * traced[0]!);
});
