// The graph of a fit as results show it, and what a reader must know about it.

import { adjacencyOf, hiddenCauseSigns, momentsOf } from "@mmm/causal";
import { type CausalEdge, columnValues, type Diagnostic } from "@mmm/core";
import type { Fit } from "../fit/fit.js";
import type { ChannelResult, Interval, ResultGraph } from "../result/types.js";
import { intervalOf } from "../uncertainty/interval.js";
import { activityRows, causalDataOf } from "./activity.js";
import type { SpillOver } from "./types.js";

/** `result.graph`; null without a graph. */
export function graphOf(fit: Fit, channels: readonly ChannelResult[]): ResultGraph | null {
  const { causal, panel } = fit;
  if (!causal) return null;
  const { kpi } = panel.roles;
  const between = causal.graph.edges.map((edge) => {
    const follows = rateOf(fit, edge);
    if (follows === null) return edge;
    return { ...edge, rate: follows.rate, passes: passedOn(follows, edge, channels) };
  });
  const into = channels.map(({ name, share }) => ({
    from: name,
    to: kpi,
    lag: 0,
    weight: share.mean,
    probability: null,
    sign: share.mean > 0 ? (1 as const) : (0 as const),
    selected: true,
  }));
  return {
    nodes: [...panel.roles.channels.map(({ name }) => name), kpi],
    edges: [...between, ...into],
    engine: causal.graph.engine.id,
    weightScale: causal.graph.weightScale,
  };
}

interface Follows {
  /** Activity of `to` per unit of activity of `from` in the units of both, summed over units, if the edge exists. */
  readonly rate: Interval;
  /** Part of the activity of `to` that follows, per unit of the rate. */
  readonly perRate: number;
}

/** Null where nothing follows. */
function rateOf(fit: Fit, { from, to, lag }: CausalEdge): Follows | null {
  const { design, panel, settings } = fit;
  const { channels, units, scales } = design;
  const causal = fit.causal!;
  const names = panel.roles.channels.map(({ name }) => name);
  const [i, j] = [names.indexOf(from), names.indexOf(to)];
  let cause = 0;
  let effect = 0;
  let all = 0;
  for (let r = 0; r < units; r++) {
    const mean = scales.activityMean[r * channels + i]!;
    cause += mean;
    all += scales.activityMean[r * channels + j]!;
    effect += (mean * scales.activity[r * channels + j]!) / scales.activity[r * channels + i]!;
  }
  const rate = ({ lags, rates }: SpillOver): number =>
    lag > lags ? 0 : (rates[(lag * channels + i) * channels + j]! * effect) / cause;
  const best = rate(causal.spillOver);
  if (best === 0) return null;
  const found = causal.draws.map(rate).filter((value) => value > 0);
  return { rate: intervalOf(best, found, settings.interval), perRate: all > 0 ? cause / all : 0 };
}

function passedOn({ rate, perRate }: Follows, { to }: CausalEdge, channels: readonly ChannelResult[]): Interval {
  const { direct, contribution } = channels.find(({ name }) => name === to)!;
  const own = direct ?? contribution;
  const passed = (of: keyof Interval): number => Math.min(1, rate[of] * perRate) * own[of];
  return { mean: passed("mean"), lower: passed("lower"), upper: passed("upper") };
}

/** Edges through which less than this part of the KPI runs, at most, make no difference that anyone could act on. */
const materialPart = 0.002;

/** Findings about the graph. */
export function graphFindings(fit: Fit, channels: readonly ChannelResult[]): Diagnostic[] {
  const { causal, panel } = fit;
  if (!causal) return [];
  const { graph } = causal;
  const floor = materialPart * observedKpi(panel);
  const found: Diagnostic[] = [];
  const selected = graph.edges.filter((edge) => edge.selected && edge.from !== edge.to);
  const passing = selected.flatMap((edge) => {
    const follows = rateOf(fit, edge);
    return follows === null ? [] : [{ edge, most: passedOn(follows, edge, channels).upper }];
  });
  const followed = passing.flatMap(({ edge, most }) => (most >= floor ? [edge] : []));
  const negligible = passing.flatMap(({ edge, most }) => (most < floor ? [edge] : []));
  const arrows = (edges: readonly CausalEdge[], mark: string): string => {
    const some = edges.slice(0, 4).map(({ from, to }) => `'${from}' ${mark} '${to}'`);
    return some.join(", ") + (edges.length > 4 ? ` and ${edges.length - 4} more` : "");
  };
  if (followed.length > 0) {
    found.push({
      severity: "info",
      code: "TOTAL_EFFECTS",
      message: `Total effects run through ${arrows(followed, "→")}: when the first goes up, the second follows in these data. ${panel.roles.kpi} is credited to both, so contributions overlap (see interaction); shares are of direct effects.`,
      fix: "Where such an edge contradicts what you know (budgets planned together, for example), fit with `--graph none` or give the graph you believe in.",
    });
  }
  if (negligible.length > 0) {
    found.push({
      severity: "info",
      code: "NEGLIGIBLE_EDGE",
      message: `Less than ${100 * materialPart} % of ${panel.roles.kpi} runs through ${arrows(negligible, "→")}: whether this is true makes no difference to any effect.`,
      fix: "",
    });
  }
  const open = selected.filter((edge, i) => {
    const twin = selected.findIndex((other) => other.from === edge.to && other.to === edge.from);
    return edge.directed === false && twin > i;
  });
  if (open.length > 0) {
    found.push({
      severity: "info",
      code: "OPEN_DIRECTION",
      message: `Activity moves together without telling which follows which: ${arrows(open, "—")}. Total effects leave these out.`,
      fix: "Say the direction in a graph file (`--graph FILE`) if you know it, or switch one of the two off for some periods.",
    });
  }
  const shifted = selected.filter((edge) => edge.directed !== false && edge.weight < 0);
  if (shifted.length > 0) {
    found.push({
      severity: "info",
      code: "SHIFTED_BUDGET",
      message: `When the first goes up the second goes down: ${arrows(shifted, "→")}. That is a budget moved by somebody, not an effect of the channel, and total effects leave it out.`,
      fix: "",
    });
  }
  if (followed.length > 0) found.push(...commonCauses(fit, followed));
  return found;
}

function observedKpi(panel: Fit["panel"]): number {
  const kpi = columnValues(panel, panel.roles.kpi);
  return panel.observed.reduce((sum, seen, i) => sum + (seen === 1 && Number.isFinite(kpi[i]) ? kpi[i]! : 0), 0);
}

function commonCauses(fit: Fit, followed: readonly CausalEdge[]): Diagnostic[] {
  const rows = activityRows(fit.design);
  const names = fit.panel.roles.channels.map(({ name }) => name);
  const data = causalDataOf(rows, names, false);
  const size = data.columns.length;
  const marks = adjacencyOf({ nodes: data.columns, edges: fit.causal!.graph.edges });
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) if (marks[i * size + j]) marks[j * size + i] = 1;
  return hiddenCauseSigns(marks, momentsOf(data)).flatMap(({ nodes }): Diagnostic[] => {
    const group = nodes.map((node) => data.columns[node]!);
    if (!followed.some(({ from, to }) => group.includes(from) && group.includes(to))) return [];
    return [
      {
        severity: "warning",
        code: "COMMON_DRIVER",
        message: `One hidden driver (a joint plan, demand) explains how ${group.map((name) => `'${name}'`).join(", ")} move together better than arrows between them do; the total effects among them are doubtful.`,
        fix: "Add the driver as a control, or use direct effects for these channels (`--graph none`).",
      },
    ];
  });
}
