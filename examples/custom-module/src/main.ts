import { simulatePanel, truthTotals } from "@mmm/data";
import { defineModel, effectPaths, fitModel, networkEffects, resultOf } from "@mmm/model";
import { squareHill, squareHillTensor, straightPath } from "./modules.js";

const { panel, truth } = simulatePanel({ units: 8, channels: 3, drift: 0.2 }, 1);
const model = defineModel({
  saturation: { family: squareHill, tensor: squareHillTensor },
  temporal: networkEffects(straightPath),
});
const fit = await fitModel(panel, model, { holdout: 8 });
const { share } = truthTotals(truth);
const paths = effectPaths(fit);
resultOf(fit).channels.forEach(({ name, share: estimate }, c) => {
  const percent = (value: number): string => `${(100 * value).toFixed(0)}%`;
  const line = paths![c]!;
  console.log(
    `${name}: share ${percent(estimate.mean)} (${percent(estimate.lower)} to ${percent(estimate.upper)}), truth ${percent(share[c]!)}; ` +
      `effect from ${line[0]!.mean.toFixed(2)} to ${line.at(-1)!.mean.toFixed(2)} of its average`,
  );
});
