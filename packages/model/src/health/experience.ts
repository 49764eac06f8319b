import { columnValues, type Diagnostic } from "@mmm/core";
import type { Fit } from "../fit/fit.js";

/** Activity above this multiple of the largest seen is out of experience. */
export const farBeyond = 1.2;

const percent = (part: number): string => `${(100 * part).toFixed(0)}%`;

/** Channels that in the holdout run far above anything their unit has seen in training. */
export function beyondExperience({ panel, design }: Fit): Diagnostic[] {
  const { units, periods, trainingEnd } = design;
  if (trainingEnd === periods) return [];
  return panel.roles.channels.flatMap(({ name, activity }): Diagnostic[] => {
    const values = columnValues(panel, activity);
    let beyond = 0;
    let rows = 0;
    for (let r = 0; r < units; r++) {
      let most = 0;
      for (let t = 0; t < periods; t++) {
        const value = values[r * periods + t]!;
        if (panel.observed[r * periods + t] !== 1 || !Number.isFinite(value)) continue;
        if (t < trainingEnd) most = Math.max(most, value);
        else {
          rows++;
          if (value > farBeyond * most) beyond++;
        }
      }
    }
    if (beyond <= 0.2 * rows) return [];
    return [
      {
        severity: "warning",
        code: "EXTRAPOLATION",
        message: `In ${percent(beyond / rows)} of the holdout rows '${name}' runs more than ${percent(farBeyond - 1)} above anything its unit has seen in training: the response there is the curve's shape, not experience.`,
        fix: "Do not read the holdout error as the model's error for this channel; hold out a shorter window.",
      },
    ];
  });
}
