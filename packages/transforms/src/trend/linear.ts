/**
 * Time as a straight line, `(t − origin)/span`: 0 at the origin, 1 after one span.
 *
 * @param times `[periods]`, any unit (years, or the index of the period)
 * @param origin where the line is 0; default: the first time
 * @param span how long it takes to rise by 1; default: first to last time (fix both to the training window, so that a
 *   holdout continues the line)
 * @example linearFeature([0, 1, 2]) // [0, 0.5, 1]
 */
export function linearFeature(
  times: ArrayLike<number>,
  {
    origin = times[0] ?? 0,
    span = (times[times.length - 1] ?? 1) - (times[0] ?? 0) || 1,
  }: { readonly origin?: number; readonly span?: number } = {},
): Float64Array {
  return Float64Array.from(times, (time) => (time - origin) / span);
}
