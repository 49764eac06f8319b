// From what was asked to numbers: bounds of cells, linear rows and switches, each with a name in words.

import type { NamedBound } from "../linear/conflict.js";
import type { LinearRow, Polytope } from "../linear/rows.js";
import { channelSpend, type ResponseModel } from "../response/response-model.js";
import type { Switch } from "../solver/contract.js";
import { checkRequest } from "./check.js";
import { groupRows, ratioRows } from "./group-rows.js";
import { money } from "./money.js";
import type { ChannelLimit, PlanRequest } from "./request.js";

/** Limits of a request without its budget. */
export interface Limits extends Polytope {
  readonly switches: readonly Switch[];
  readonly bounds: readonly NamedBound[];
}

/** Resolved least and most spend of a channel. */
interface ChannelRange {
  readonly lower: number;
  readonly upper: number;
  readonly name: string;
}

/**
 * Resolve the limits of a request.
 *
 * @param total budget asked for; null when the goal finds it
 * @throws MmmError of kind `usage` for names that do not exist and limits that make no sense
 */
export function resolveLimits(model: ResponseModel, request: PlanRequest, total: number | null): Limits {
  checkRequest(model, request);
  const { limits = {}, groups = [], ratios = [] } = request;
  const n = model.cells.length;
  const now = channelSpend(model, model.current);
  const nowTotal = now.reduce((a, b) => a + b, 0);
  const growth = total !== null && nowTotal > 0 ? total / nowTotal : 1;
  const lower = new Float64Array(n);
  const upper = new Float64Array(n);
  const rows: LinearRow[] = [];
  const switches: Switch[] = [];
  const bounds: NamedBound[] = [];
  for (const [c, channel] of model.channels.entries()) {
    const cells = model.cells.flatMap((cell, i) => (cell.channel === c ? [i] : []));
    const limit = limits[channel] ?? limits["*"];
    const range = channelRange(model, c, cells, limit, now[c]!, growth);
    if (limit?.minimum !== undefined) {
      switches.push({
        name: `${channel} either nothing or at least ${money(model, limit.minimum)}`,
        indices: cells,
        minimum: limit.minimum,
      });
    }
    if (cells.length === 1) {
      lower[cells[0]!] = range.lower;
      upper[cells[0]!] = range.upper;
      bounds.push({ name: range.name, cells });
      continue;
    }
    for (const i of cells) {
      const usual = Math.max(
        model.observed.upper[i]!,
        model.current[i]!,
        (2 * now[c]! * Math.max(1, growth)) / cells.length,
      );
      lower[i] = limit?.eachCell?.min ?? 0;
      upper[i] = limit?.eachCell?.max ?? Math.max(usual, limit?.max === undefined ? 0 : (2 * limit.max) / cells.length);
      if (limit?.fixed === true) {
        lower[i] = model.current[i]!;
        upper[i] = model.current[i]!;
      }
      if (limit?.eachCell?.minimum !== undefined) {
        const { minimum } = limit.eachCell;
        switches.push({
          name: `each cell of ${channel} either nothing or at least ${money(model, minimum)}`,
          indices: [i],
          minimum,
        });
      }
    }
    bounds.push({ name: limit?.fixed === true ? range.name : `the limits of each cell of ${channel}`, cells });
    if (limit?.fixed === true) continue;
    rows.push({
      name: range.name,
      indices: cells,
      coefficients: cells.map(() => 1),
      lower: range.lower,
      upper: range.upper,
    });
  }
  rows.push(...groupRows(model, groups), ...ratioRows(model, ratios));
  return { lower, upper, rows, switches, bounds };
}

function channelRange(
  model: ResponseModel,
  c: number,
  cells: readonly number[],
  limit: ChannelLimit | undefined,
  now: number,
  growth: number,
): ChannelRange {
  const name = model.channels[c]!;
  if (limit?.fixed !== undefined) {
    const amount = limit.fixed === true ? now : limit.fixed;
    return { lower: amount, upper: amount, name: `${name} fixed at ${money(model, amount)}` };
  }
  const observed = cells.reduce((sum, i) => sum + model.observed.upper[i]!, 0);
  const given = limit && (limit.min !== undefined || limit.max !== undefined || limit.change !== undefined);
  let lower = 0;
  let upper = Number.POSITIVE_INFINITY;
  if (limit?.change) {
    lower = now * (1 + limit.change[0]);
    upper = now * (1 + limit.change[1]);
  } else if (!given) {
    lower = limit?.minimum === undefined ? 0.5 * now * Math.min(1, growth) : 0;
    upper = now > 0 ? 2 * now * Math.max(1, growth) : observed;
  }
  lower = Math.max(0, lower, limit?.min ?? 0);
  upper = Math.min(upper, limit?.max ?? Number.POSITIVE_INFINITY);
  // A channel without an upper limit may at most take ten times what was ever seen.
  if (!Number.isFinite(upper)) upper = Math.max(10 * now * Math.max(1, growth), 10 * observed, lower);
  const words = [
    lower > 0 && `at least ${money(model, lower)}`,
    Number.isFinite(upper) && `at most ${money(model, upper)}`,
  ].filter(Boolean);
  const usual = given || limit?.minimum !== undefined ? "" : " (the default, half to twice today's)";
  return { lower, upper, name: `${name} ${words.join(" and ") || "of any size"}${usual}` };
}
