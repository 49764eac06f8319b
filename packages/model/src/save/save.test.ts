import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simulatePanel } from "@mmm/data";
import { expect, it } from "vitest";
import { fitStructural } from "../fit/fit.js";
import { loadFit, saveFit } from "../node.js";
import { viewFit } from "../result/result.js";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.js";

it("safetensors give back what was stored, in the documented layout", () => {
  const bytes = encodeSafetensors({
    a: { shape: [2, 2], data: Float64Array.of(1, Number.NaN, -0, 1e300) },
    b: { shape: [3], data: Uint8Array.of(1, 0, 255) },
  });
  const headerLength = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength)));
  expect(header.b).toEqual({ dtype: "U8", shape: [3], data_offsets: [32, 35] });
  const back = decodeSafetensors(bytes, "x");
  expect([...back["a"]!.data]).toEqual([1, Number.NaN, -0, 1e300]);
  expect(back["b"]!.shape).toEqual([3]);
  expect(() => decodeSafetensors(bytes.slice(0, -1), "x")).toThrow("'b' is cut off");
  expect(() => decodeSafetensors(Uint8Array.of(1, 2), "x")).toThrow("x is not a complete safetensors file");
});

it("a loaded fit gives exactly the results of the saved one, and says what is missing or mixed up", async () => {
  const { panel } = simulatePanel({ units: 3, periods: 50, channels: 2, controls: 1, missing: 0.05 }, 6);
  const fit = await fitStructural(panel, { holdout: 5, draws: 25 });
  const directory = mkdtempSync(join(tmpdir(), "mmm-fit-"));
  try {
    saveFit(fit, directory);
    const loaded = loadFit(directory);
    expect(viewFit(loaded)).toEqual(viewFit(fit));
    writeFileSync(join(directory, "panel.safetensors"), encodeSafetensors({}));
    expect(() => loadFit(directory)).toThrow("panel.safetensors does not belong to this manifest.json");
    expect(() => loadFit(join(directory, "nowhere"))).toThrow(/has no readable manifest.json \(ENOENT\)/);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
