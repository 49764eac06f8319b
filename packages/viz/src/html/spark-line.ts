/** A small line without axes as inline SVG, in the colour of the text around it; decoration beside the numbers. */
export function sparkLine(values: readonly (number | null)[], width = 120, height = 24): string {
  const seen = values.filter((value) => value !== null);
  const low = Math.min(...seen);
  const span = Math.max(...seen) - low || 1;
  let pen = "M";
  const path = values.map((value, i) => {
    if (value === null) {
      pen = "M";
      return "";
    }
    const x = (i / Math.max(1, values.length - 1)) * width;
    const step = `${pen}${x.toFixed(1)} ${(height - 2 - ((value - low) / span) * (height - 4)).toFixed(1)}`;
    pen = "L";
    return step;
  });
  return `<svg class="spark" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" aria-hidden="true"><path d="${path.join("")}"/></svg>`;
}
