import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simulatePanel } from "@mmm/data";
import { writeSafetensors } from "@mmm/tensor";
import { expect, it } from "vitest";
import { fitStructural } from "../fit/fit.js";
import { loadFit, saveFit } from "../node.js";
import { viewFit } from "../result/result.js";

it("a loaded fit gives exactly the results of the saved one, and says what is missing or mixed up", async () => {
  const { panel } = simulatePanel({ units: 3, periods: 50, channels: 2, controls: 1, missing: 0.05 }, 6);
  const fit = await fitStructural(panel, { holdout: 5, draws: 25 });
  const directory = mkdtempSync(join(tmpdir(), "mmm-fit-"));
  try {
    saveFit(fit, directory);
    const loaded = loadFit(directory);
    expect(viewFit(loaded)).toEqual(viewFit(fit));
    writeFileSync(join(directory, "panel.safetensors"), writeSafetensors(new Map()));
    expect(() => loadFit(directory)).toThrow("panel.safetensors does not belong to this manifest.json");
    expect(() => loadFit(join(directory, "nowhere"))).toThrow(/has no readable manifest.json \(ENOENT\)/);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
