/** Numbers by value, other names by code point with embedded numbers by value: Geo2 before Geo10. */
export function naturalOrder(a: string, b: string): number {
  const split = (text: string) => text.match(/\d+|\D+/g) ?? [];
  const left = split(a);
  const right = split(b);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const x = left[i]!;
    const y = right[i]!;
    if (x === y) continue;
    const numeric = /^\d/.test(x) && /^\d/.test(y) ? Number(x) - Number(y) : 0;
    return numeric !== 0 ? numeric : x < y ? -1 : 1;
  }
  return left.length - right.length;
}
