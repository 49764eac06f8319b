// Directories of fits, for Node. In a browser use encodeFit and decodeFit with whatever storage there is.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isMmmError, usageError } from "@mmm/core";
import { writeFilesAtomic } from "@mmm/data/node";
import type { Fit } from "./fit/fit.js";
import { exportFit, type OnnxManifest } from "./save/export-onnx.js";
import { decodeFit, encodeFit, type FitFiles, type OwnCurves } from "./save/fit-files.js";

export { type ExportedFit, exportFit, type OnnxManifest, type OnnxValue } from "./save/export-onnx.js";

/** Contents of the files of a fit directory. */
export type FitDirectory = FitFiles & { readonly [file: string]: string | Uint8Array };

/**
 * What a fit directory holds: the files of `encodeFit`, and `model.onnx` with the inputs of the fitted panel in
 * `model-inputs.safetensors`; `manifest.json` describes inputs and outputs under `onnx`. Exporting needs no ONNX
 * runtime. Where a curve has no ONNX form the two files are left out and `onnx.unavailable` says why.
 */
export function fitDirectory(fit: Fit): FitDirectory {
  const files = encodeFit(fit);
  const { onnx, more } = tryExport(fit);
  const manifest = { ...JSON.parse(files["manifest.json"]), onnx };
  return { ...files, ...more, "manifest.json": `${JSON.stringify(manifest, null, 2)}\n` };
}

function tryExport(fit: Fit): {
  readonly onnx: OnnxManifest | { readonly unavailable: string };
  readonly more: Readonly<Record<string, Uint8Array>>;
} {
  try {
    const { manifest, ...more } = exportFit(fit);
    return { onnx: manifest, more };
  } catch (error) {
    if (!isMmmError(error)) throw error;
    return { onnx: { unavailable: error.message }, more: {} };
  }
}

/** Write the files of {@link fitDirectory}, all or none. */
export function saveFit(fit: Fit, directory: string): void {
  writeFilesAtomic(directory, { ...fitDirectory(fit) });
}

/**
 * Read the fit that {@link saveFit} or `mmm fit --out` wrote.
 *
 * @param own curves of your own that the fit was made with
 * @throws MmmError `NO_FIT` when the directory lacks one of the files, `BAD_FIT` when they do not belong together
 * @example const fit = loadFit("out");
 */
export function loadFit(directory: string, own: OwnCurves = {}): Fit {
  const read = (name: string): Uint8Array => {
    try {
      return readFileSync(join(directory, name));
    } catch (cause) {
      throw usageError(
        "NO_FIT",
        `'${directory}' has no readable ${name} (${(cause as NodeJS.ErrnoException).code ?? cause}).`,
        "Give the directory that `mmm fit --out` wrote.",
      );
    }
  };
  return decodeFit(
    {
      "manifest.json": new TextDecoder().decode(read("manifest.json")),
      "weights.safetensors": read("weights.safetensors"),
      "panel.safetensors": read("panel.safetensors"),
    },
    own,
  );
}
