import type { Diagnostic } from "@mmm/core";
import type { Evaluation } from "../attribution/evaluate.js";
import type { Fit } from "../fit/fit.js";

export interface OffsetChannel {
  readonly channel: string;
  /** Part of the channel's period-to-period changes, over all units, that the base level undoes: −slope of a regression. */
  readonly part: number;
}

/** Channels whose contribution hardly changes, as a part of the KPI per period, give nothing to undo. */
const noticeable = 0.01;
const substantial = 0.5;
/** Standard errors that the part must lie from zero. */
const certain = 4;

/**
 * Channels whose ups and downs over all units are undone by the base level in the same periods: the KPI as a whole did
 * not follow them, so their effects rest on differences between units, which local demand may drive as well.
 */
export function offsetChannels(
  { design, panel }: Pick<Fit, "design" | "panel">,
  { decomposition }: Pick<Evaluation, "decomposition">,
): OffsetChannel[] {
  const { units, periods, trainingEnd, used } = design;
  if (units < 2) return [];
  const total = (values: Float64Array): number[] =>
    Array.from({ length: trainingEnd - 1 }, (_, i) => {
      let change = 0;
      for (let r = 0; r < units; r++) {
        const now = r * periods + i + 1;
        if (used[now] === 1 && used[now - 1] === 1) change += values[now]! - values[now - 1]!;
      }
      return change;
    });
  let kpi = 0;
  for (let i = 0; i < used.length; i++) if (used[i] === 1) kpi += decomposition.prediction[i]!;
  const perPeriod = kpi / trainingEnd;
  const level = total(decomposition.level);
  return panel.roles.channels.flatMap(({ name }, c) => {
    const change = total(decomposition.media[c]!);
    const size = dot(change, change);
    if (Math.sqrt(size / change.length) < noticeable * perPeriod) return [];
    const part = -dot(level, change) / size;
    const rest = level.map((value, i) => value + part * change[i]!);
    const error = Math.sqrt(dot(rest, rest) / (rest.length - 1) / size);
    return part > Math.max(substantial, certain * error) ? [{ channel: name, part }] : [];
  });
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

export function offsetFindings(fit: Fit, evaluation: Evaluation): Diagnostic[] {
  const { panel } = fit;
  return offsetChannels(fit, evaluation).map(({ channel, part }) => ({
    severity: "warning",
    code: "EFFECT_OFFSET",
    message: `When '${channel}' went up or down over all units, the base level undid ${(100 * Math.min(1, part)).toFixed(0)}% of it in the same period: ${panel.roles.kpi} as a whole did not follow the channel. Its effect is read from differences between units alone.`,
    fix: "Look for what moves both the channel and the KPI within units (local demand, how the KPI is counted) and add it as a control, or measure the channel with a lift test before money moves.",
    channels: [channel],
  }));
}
