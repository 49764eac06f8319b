import { cornerAt, type Hull } from "./concave-hull.js";
import { type NestedBudgets, reachOf } from "./nested-budgets.js";

/**
 * Maximise the sum of concave polygons under nested budgets: corners by falling slope, groups that their own budget holds
 * filled by themselves. Null when the budgets cannot be met.
 */
export function fillHulls(hulls: readonly Hull[], nested: NestedBudgets): Float64Array | null {
  const reach = reachOf(
    nested,
    (i) => hulls[i]!.x[0]!,
    (i) => hulls[i]!.x.at(-1)!,
  );
  if (reach === null) return null;
  const { lower: least, upper: most } = reach;
  const budget = nested.whole;
  const slack = 1e-12 * Math.max(Math.abs(least), Math.abs(most));
  if (least > budget.upper + slack || most < budget.lower - slack) return null;
  const held = new Map<string, Float64Array>();
  const holdTo = (g: number, target: number): Float64Array => {
    const key = `${g} ${target}`;
    const known = held.get(key);
    if (known) return known;
    const { indices } = nested.groups[g]!;
    const own = indices.map((i) => hulls[i]!);
    const open = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };
    const groups = own.map((_, k) => ({ indices: [k], ...open }));
    const x = fillHulls(own, { whole: { lower: target, upper: target }, groups })!;
    held.set(key, x);
    return x;
  };
  const fill = (price: number, inclusive: boolean): Float64Array => {
    const x = Float64Array.from(hulls, (hull) => hull.x[cornerAt(hull, price, inclusive)]!);
    for (const [g, { indices, lower, upper }] of nested.groups.entries()) {
      if (lower === Number.NEGATIVE_INFINITY && upper === Number.POSITIVE_INFINITY) continue;
      const sum = indices.reduce((all, i) => all + x[i]!, 0);
      if (sum >= lower && sum <= upper) continue;
      const exact = holdTo(g, sum > upper ? upper : lower);
      for (const [k, i] of indices.entries()) x[i] = exact[k]!;
    }
    return x;
  };
  const total = (x: Float64Array) => x.reduce((a, b) => a + b, 0);
  const free = fill(0, false);
  const sum = total(free);
  if (sum >= budget.lower && sum <= budget.upper) return free;
  const target = sum > budget.upper ? budget.upper : budget.lower;
  const slopes = hulls.map(({ x, value }) => (x.length > 1 ? (value[1]! - value[0]!) / (x[1]! - x[0]!) : 0));
  const last = hulls.map(({ x, value }) => {
    const k = x.length - 1;
    return k > 0 ? (value[k]! - value[k - 1]!) / (x[k]! - x[k - 1]!) : 0;
  });
  let low = Math.min(0, ...last) - 1e-300;
  let high = Math.max(0, ...slopes) * (1 + 1e-12) + 1e-300;
  for (let turn = 0; turn < 300; turn++) {
    const middle =
      low > 0 && high > 4 * low ? Math.sqrt(low * high) : low === 0 && turn < 100 ? high * 1e-2 : (low + high) / 2;
    if (!(middle > low && middle < high)) break;
    if (total(fill(middle, false)) > target) low = middle;
    else high = middle;
  }
  const less = fill(high, false);
  const more = fill(low, true);
  let rest = target - total(less);
  for (let i = 0; i < less.length && rest > 0; i++) {
    const step = Math.min(rest, Math.max(0, more[i]! - less[i]!));
    less[i]! += step;
    rest -= step;
  }
  return less;
}
