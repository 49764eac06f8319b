import { simulatePanel } from "@mmm/data";
import { defineSaturation } from "@mmm/transforms/plain";
import { describe, expect, it } from "vitest";
import { fitStructural } from "../fit/fit.js";
import { resultOf } from "../result/result.js";
import { decodeFit, encodeFit } from "../save/fit-files.js";
import { fitModel, structuralOptions } from "./fit-model.js";
import {
  constantLevel,
  defineModel,
  fourierSeason,
  gaussianNoise,
  noSeason,
  pooledEffects,
  walkingEffects,
} from "./model.js";
import { national, structural } from "./presets.js";

const { panel } = simulatePanel({ units: 3, periods: 60, channels: 2, controls: 2 }, 2);
const [, second] = panel.roles.channels.map(({ name }) => name) as [string, string];
const run = { holdout: 6, draws: 30 };

// S = x / (x + 1): a curve without parameters.
const half = defineSaturation({
  id: "half",
  title: "Half",
  formula: "x / (x + 1)",
  citation: "our own",
  parameters: [],
  apply: (x) => x / (x + 1),
  derivatives(x, _, out, offset) {
    out[offset] = x / (x + 1);
    out[offset + 1] = 1 / (x + 1) ** 2;
  },
});

describe("defineModel", () => {
  it("is the structural model where nothing is chosen", async () => {
    const [one, two] = await Promise.all([fitModel(panel, structural(), run), fitStructural(panel, run)]);
    expect(one.learned.mode).toEqual(two.learned.mode);
    expect(one.draws).toEqual(two.draws);
  });

  it("hands every slot on", () => {
    const model = defineModel({
      baseline: constantLevel({ commonShocks: false }),
      seasonality: fourierSeason({ harmonics: 1 }),
      carryover: { byChannel: { tv: "delayed" } },
      saturation: "tanh",
      effects: pooledEffects({ mediaCeiling: 0.7 }),
      temporal: walkingEffects({ range: 0.5 }),
      noise: gaussianNoise(),
      causal: "none",
      priors: { tv: { roi: [1, 2] } },
    });
    expect(structuralOptions(model)).toEqual({
      level: false,
      commonShocks: false,
      harmonics: 1,
      carryover: { tv: "delayed" },
      saturation: "tanh",
      mediaCeiling: 0.7,
      timeVarying: { range: 0.5 },
      graph: "none",
      huber: Number.POSITIVE_INFINITY,
      priors: { tv: { roi: [1, 2] } },
    });
    expect(structuralOptions(defineModel({ seasonality: noSeason() })).harmonics).toBe(0);
  });

  it("takes a curve of one's own, for one channel or all, and says which is missing when the fit is read back", async () => {
    const model = defineModel({ saturation: { byChannel: { [second]: half } }, controls: [panel.roles.controls[0]!] });
    const fit = await fitModel(panel, model, run);
    expect(fit.layout.channels.map(({ saturation }) => saturation.id)).toEqual(["hill", "half"]);
    expect(fit.design.controls).toBe(1);
    const files = encodeFit(fit);
    expect(() => decodeFit(files)).toThrow(/no saturation 'half'/);
    expect(resultOf(decodeFit(files, { saturation: [half] }))).toEqual(resultOf(fit));
    expect(resultOf(fit).channels[1]!.saturation.kind).toBe("half");
  });

  it("refuses what does not suit the panel", async () => {
    await expect(fitModel(panel, national(), run)).rejects.toThrow(/fits one series; these data have 3 units/);
    await expect(fitModel(panel, defineModel({ controls: ["price"] }), run)).rejects.toThrow(/control 'price'/);
    await expect(fitModel(panel, defineModel({ carryover: { byChannel: { radio: "none" } } }), run)).rejects.toThrow(
      /names 'radio', but the channels are: /,
    );
  });
});
