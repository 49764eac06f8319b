import type { Diagnostic } from "@mmm/core";
import type { FitView } from "@mmm/model";
import { counted } from "../chart/context.js";
import { contenders } from "../fit-charts/naive-comparison.js";
import type { Tone } from "../html/blocks.js";

/** What a reader may do with the fit, decided by its diagnostics and its holdout alone. */
export interface Verdict {
  readonly tone: Exclude<Tone, "plain">;
  readonly label: string;
  readonly text: string;
}

/** Findings about the fit and its data, worst first, each code and message once. */
export function allFindings(view: FitView): Diagnostic[] {
  const order = { error: 0, warning: 1, info: 2 } as const;
  const seen = new Set<string>();
  return [...view.result.diagnostics, ...view.dataQuality.diagnostics]
    .filter(({ code, message }) => {
      const key = JSON.stringify([code, message]);
      return !seen.has(key) && seen.add(key);
    })
    .sort((a, b) => order[a.severity] - order[b.severity]);
}

/** Whether the model's holdout error is below that of every simple forecast; null when that cannot be said. */
export function beatsSimpleForecasts(view: FitView): boolean | null {
  const [model, ...rivals] = contenders(view);
  const errors = rivals.flatMap(({ metrics }) => (metrics.wmape === null ? [] : [metrics.wmape]));
  const own = model?.isModel ? model.metrics.wmape : null;
  return own === null || own === undefined || errors.length === 0 ? null : own < Math.min(...errors);
}

/**
 * `bad` with any error, or when simple forecasts do better; `caution` with any warning or without a holdout; otherwise
 * `good`.
 */
export function verdict(view: FitView): Verdict {
  const findings = allFindings(view);
  const errors = findings.filter(({ severity }) => severity === "error");
  const warnings = findings.filter(({ severity }) => severity === "warning");
  const beats = beatsSimpleForecasts(view);
  if (errors.length > 0) {
    return {
      tone: "bad",
      label: "Do not act on this yet",
      text: `${counted(errors.length, "check")} failed: ${errors[0]!.message}`,
    };
  }
  if (beats === false) {
    return {
      tone: "bad",
      label: "Do not act on this yet",
      text: "On periods that it had not seen, the model forecasts worse than a simple rule of thumb does. Its split by channel is not to be trusted before that is mended.",
    };
  }
  if (warnings.length > 0) {
    const held = beats ? "The model passes its holdout test, but " : "";
    const text = `${counted(warnings.length, "check")} ${warnings.length === 1 ? "asks" : "ask"} for care: ${warnings[0]!.message}`;
    return { tone: "caution", label: "Use with care", text: held + text };
  }
  if (beats === null) {
    return {
      tone: "caution",
      label: "Use with care",
      text: "All checks passed, but no periods were held out, so nothing shows how the model does on data that it has not seen.",
    };
  }
  return {
    tone: "good",
    label: "Healthy",
    text: "All checks passed, and on periods that it had not seen the model forecasts better than simple rules do.",
  };
}
