import { cornerAt, type Hull } from "./concave-hull.js";

/** Maximise the sum of concave polygons under a budget: corners by falling slope. Null when the budget cannot be met. */
export function fillHulls(
  hulls: readonly Hull[],
  budget: { readonly lower: number; readonly upper: number },
): Float64Array | null {
  const least = hulls.reduce((sum, { x }) => sum + x[0]!, 0);
  const most = hulls.reduce((sum, { x }) => sum + x.at(-1)!, 0);
  const slack = 1e-12 * Math.max(Math.abs(least), Math.abs(most));
  if (least > budget.upper + slack || most < budget.lower - slack) return null;
  const fill = (price: number, inclusive: boolean) =>
    Float64Array.from(hulls, (hull) => hull.x[cornerAt(hull, price, inclusive)]!);
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
