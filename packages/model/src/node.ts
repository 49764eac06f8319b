// Directories of fits, for Node. In a browser use encodeFit and decodeFit with whatever storage there is.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { usageError } from "@mmm/core";
import { writeFilesAtomic } from "@mmm/data/node";
import type { Fit } from "./fit/fit.js";
import { decodeFit, encodeFit } from "./save/fit-files.js";

/** Write `manifest.json`, `weights.safetensors` and `panel.safetensors` to a directory, all or none. */
export function saveFit(fit: Fit, directory: string): void {
  writeFilesAtomic(directory, { ...encodeFit(fit) });
}

/**
 * Read the fit that {@link saveFit} or `mmm fit --out` wrote.
 *
 * @throws MmmError `NO_FIT` when the directory lacks one of the files, `BAD_FIT` when they do not belong together
 * @example const fit = loadFit("out");
 */
export function loadFit(directory: string): Fit {
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
  return decodeFit({
    "manifest.json": new TextDecoder().decode(read("manifest.json")),
    "weights.safetensors": read("weights.safetensors"),
    "panel.safetensors": read("panel.safetensors"),
  });
}
