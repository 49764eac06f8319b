// What a fit says in a terminal: verdict, how well it predicts beside rules that need no model, a line per channel, and
// the findings with their fixes.

import type { Diagnostic } from "@mmm/core";
import type { FitMetrics, FitView, Interval } from "@mmm/model";
import { createFormat, type Format, verdict } from "@mmm/viz";
import { textTable } from "../terminal/table.js";
import { wrap } from "../terminal/wrap.js";
import { calibrationText } from "./calibration-text.js";

/** The whole summary, for a terminal of `width` columns. */
export function fitSummary(view: FitView, width: number): string {
  const format = createFormat({ currency: view.currency, frequency: view.frequency });
  return [
    verdictText(view, width),
    metricsTable(view, format, width),
    channelsTable(view, format, width),
    calibrationText(view, format, width),
    findingsText(view.result.diagnostics, width),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function verdictText(view: FitView, width: number): string {
  const { label, text } = verdict(view);
  return `${label}\n${wrap(text, { width, indent: "  " })}`;
}

function metricsTable(view: FitView, format: Format, width: number): string {
  const { train, holdout, naive } = view.result.fit;
  const rows: [string, FitMetrics | null][] = [
    ["Model, held-out periods", holdout],
    ["  each unit's mean", naive.unitMean],
    ["  mean of the last periods", naive.lastPeriods],
    ["  same season last year", naive.seasonalNaive],
    ["Model, training periods", train],
  ];
  const columns = [
    { head: "How well it predicts", align: "left" },
    { head: "R² pooled" },
    { head: "R² within units" },
    { head: "RMSE" },
    { head: "Mean error" },
  ] as const;
  const body = rows.flatMap(([name, metrics]) =>
    metrics === null
      ? []
      : [
          [
            name,
            format.value(metrics.r2, "decimal"),
            format.value(metrics.r2Within, "decimal"),
            format.value(metrics.rmse, "compact"),
            format.value(metrics.wmape, "percent"),
          ],
        ],
  );
  return textTable(columns, body, { width, indent: 0 });
}

// By share of the effect, largest first; returns only where the cost is known.
function channelsTable({ result }: FitView, format: Format, width: number): string {
  const channels = [...result.channels].sort((a, b) => b.share.mean - a.share.mean);
  const priced = channels.some(({ roi }) => roi !== null);
  const columns = [
    { head: "Channel", align: "left" },
    { head: "share of effect" },
    ...(priced ? [{ head: "ROI" }, { head: "marginal ROI" }] : [{ head: "contribution" }]),
  ] as const;
  const body = channels.map(({ name, share, roi, mroi, contribution }) => [
    name,
    percentRange(share),
    ...(priced
      ? [range(roi, "ratio", format), range(mroi, "ratio", format)]
      : [range(contribution, "compact", format)]),
  ]);
  const band = `${Math.round(100 * result.interval)}%`;
  const media = `All media make ${percentRange(result.mediaFraction)} of ${result.kpi}. Brackets are ${band} intervals.`;
  return `${textTable(columns, body, { width, indent: 0 })}\n${wrap(media, { width })}`;
}

/** `1.2 [0.9, 1.6]`, or a dash. */
export function range(interval: Interval | null, style: "ratio" | "compact", format: Format): string {
  if (interval === null) return "–";
  const { mean, lower, upper } = interval;
  return `${format.value(mean, style)} [${format.value(lower, style)}, ${format.value(upper, style)}]`;
}

/** `23% [18, 29]`. */
export function percentRange({ mean, lower, upper }: Interval): string {
  const percent = (value: number): string => (100 * value).toFixed(0);
  return `${percent(mean)}% [${percent(lower)}, ${percent(upper)}]`;
}

/** Errors and warnings with their fixes, those with the same fix together; remarks are counted, unless `all`. */
export function findingsText(
  diagnostics: readonly Diagnostic[],
  width: number,
  { all = false }: { readonly all?: boolean } = {},
): string {
  if (diagnostics.length === 0) return "Findings: none.";
  const order = { error: 0, warning: 1, info: 2 } as const;
  const sorted = [...diagnostics].sort((a, b) => order[a.severity] - order[b.severity]);
  const shown = all ? sorted : sorted.filter(({ severity }) => severity !== "info").slice(0, mostFindings);
  const byFix = new Map<string, Diagnostic[]>();
  for (const finding of shown) {
    const key = `${finding.code} ${finding.fix}`;
    byFix.set(key, [...(byFix.get(key) ?? []), finding]);
  }
  const lines = [...byFix.values()].map((group) =>
    [
      ...group.map(({ severity, message }) =>
        wrap(`${severity === "info" ? "note" : severity}: ${message}`, { width, indent: "  ", hanging: "  " }),
      ),
      ...(group[0]!.fix === "" ? [] : [wrap(`fix: ${group[0]!.fix}`, { width, indent: "    ", hanging: "  " })]),
    ].join("\n"),
  );
  const rest = sorted.length - shown.length;
  const more =
    rest === 0
      ? []
      : [shown.length > 0 ? `  and ${rest} more, in the report.` : `  Only remarks, ${rest}, in the report.`];
  return ["Findings", ...lines, ...more].join("\n");
}

const mostFindings = 8;
