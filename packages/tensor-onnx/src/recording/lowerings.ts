// All lowerings this package brings, registered on first use.

import { arrangementLowerings } from "./arrangement.js";
import { elementwiseLowerings } from "./elementwise.js";
import { randomUniformLowering } from "./random.js";
import { type Lowering, registerLowering } from "./recording.js";
import { reductionLowerings } from "./reduction.js";

let registered = false;

export function registerLowerings(further: Readonly<Record<string, Lowering>> = {}): void {
  if (!registered) {
    registered = true;
    for (const group of [elementwiseLowerings, reductionLowerings, arrangementLowerings]) {
      for (const [kernel, lowering] of Object.entries(group)) registerLowering(kernel, lowering);
    }
    registerLowering("MmmRandomUniform", randomUniformLowering);
  }
  for (const [kernel, lowering] of Object.entries(further)) registerLowering(kernel, lowering);
}
