import { expect, test } from "vitest";
import { axisTooltip, color, formatter, pointTooltip } from "../chart/markers.js";
import { palettes } from "../theme/palette.js";
import { toEchartsOption } from "./hydrate.js";

test("colours and formats are filled in for the theme and the reader", () => {
  const option = { xAxis: { type: "value", axisLabel: { formatter: formatter("money") } }, color: [color("series0")] };
  const drawn = toEchartsOption(option, { theme: "dark", currency: "USD", locale: "en-US" });
  expect(drawn["color"]).toEqual([palettes.dark.series0]);
  const { axisLabel } = drawn["xAxis"] as { axisLabel: { formatter: (value: number) => string } };
  expect(axisLabel.formatter(1500)).toBe("$1.5K");
});

test("see-through colours keep their hue", () => {
  expect(toEchartsOption({ color: color("paper", 0.5) })["color"]).toBe("rgba(255,255,255,0.5)");
});

test("tooltips show the data's words as text, never as markup", () => {
  const hostile = "<img src=x onerror=alert(1)>\nline & more";
  const axis = toEchartsOption({ tooltip: axisTooltip(["first", hostile]) })["tooltip"] as {
    formatter: (targets: unknown) => string;
  };
  const expected = "<strong>&lt;img src=x onerror=alert(1)&gt;</strong><br>line &amp; more";
  expect(axis.formatter([{ dataIndex: 1 }])).toBe(expected);
  const point = toEchartsOption({ tooltip: pointTooltip() })["tooltip"] as { formatter: (target: unknown) => string };
  expect(point.formatter({ data: { tip: hostile } })).toBe(expected);
});

test("long names get less room in a narrow drawing", () => {
  const axis = { type: "category", data: ["impressions_brand_north"], axisLabel: { width: 180 } };
  const names = (width: number): unknown =>
    (toEchartsOption({ yAxis: axis }, { width })["yAxis"] as { data: unknown }).data;
  expect(names(900)).toEqual(["impressions_brand_north"]);
  expect(names(340)).toEqual(["impress…d_north"]);
});
