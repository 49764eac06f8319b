import type { FitView, LiftTestResult } from "@mmm/model";
import { type Chart, chartTable } from "../chart/chart.js";
import { fitFormat, intervalName } from "../chart/context.js";
import { listWords } from "../chart/labels.js";
import { formatter, pointTooltip } from "../chart/markers.js";
import { nameAxis, rowsHeight } from "../chart/pieces.js";
import type { Format } from "../format/format.js";
import { estimateSeries, threeRows, withoutAndWith } from "./calibration-rows.js";
import { rankedChannels } from "./channel-order.js";

/** Standard errors from which test and data are said to disagree. */
const disagree = 2;

/**
 * What each lift test measured beside what the model says about the same change of spend, without and with calibration:
 * as a return per unit of changed spend where every cost is known, else as the lift itself. Null without tests.
 */
export function liftTestChart(view: FitView, format: Format = fitFormat(view)): Chart | null {
  const tests = view.result.calibration?.tests ?? [];
  if (tests.length === 0) return null;
  const labels = testLabels(view, tests, format);
  const asReturn = tests.every(({ roi }) => roi !== null);
  const style = asReturn ? ("ratio" as const) : ("compact" as const);
  const half = (test: LiftTestResult): number => 1.6449 * test.standardError;
  const rows = tests.map((test) =>
    asReturn
      ? test.roi!
      : {
          measured: { mean: test.lift, lower: test.lift - half(test), upper: test.lift + half(test) },
          before: test.before,
          after: test.after,
        },
  );
  const band = intervalName(view.result.interval);
  const tips = tests.map(
    ({ z, used }, i) =>
      `${labels[i]!.replace("\n", ", ")}\nMeasured ${format.range(rows[i]!.measured, style)}\nData alone ${format.range(rows[i]!.before, style)}\nCalibrated ${format.range(rows[i]!.after, style)}\nTest and data are ${format.value(Math.abs(z), "ratio")} standard errors apart${used ? "" : "\nIn the holdout: compared, not used"}`,
  );
  return {
    id: "lift-tests",
    title: asReturn ? "Return of the tested spend: measured and modelled" : "Lift: measured and modelled",
    description: describe(tests, labels),
    height: rowsHeight(tests.length, threeRows),
    option: {
      grid: { top: 36 },
      legend: { data: ["Measured", "Data alone", "Calibrated"] },
      tooltip: pointTooltip(),
      xAxis: { type: "value", axisLabel: { formatter: formatter(style) }, splitNumber: 4 },
      yAxis: { ...nameAxis(labels), splitLine: { show: true } },
      series: estimateSeries(
        [
          { name: "Measured", tone: "truth", mark: "diamond", intervals: rows.map(({ measured }) => measured) },
          ...withoutAndWith(rows),
        ],
        tips,
      ),
    },
    table: chartTable(
      [
        ["Channel", "text"],
        ["From", "period"],
        ["To", "period"],
        ["KPI until", "period"],
        ["Units", "text"],
        ["Spend change", "money"],
        ["Lift measured", "number"],
        ["Standard error", "number"],
        ["Data alone", "number"],
        ["Data alone lower", "number"],
        ["Data alone upper", "number"],
        ["Calibrated", "number"],
        ["Calibrated lower", "number"],
        ["Calibrated upper", "number"],
        ["Standard errors apart", "decimal"],
        [`Used (intervals: ${band})`, "text"],
      ],
      tests.map((test) => [
        test.channel,
        test.from,
        test.to,
        test.until,
        test.units === "all" ? "all" : test.units.join("; "),
        test.spendChange,
        test.lift,
        test.standardError,
        ...[test.before, test.after].flatMap(({ mean, lower, upper }) => [mean, lower, upper]),
        test.z,
        test.used ? "yes" : "no, in the holdout",
      ]),
    ),
  };
}

// The date tells tests of the same channel apart.
function testLabels(view: FitView, tests: readonly LiftTestResult[], format: Format): string[] {
  const short = new Map(rankedChannels(view).map(({ name, label }) => [name, label]));
  return tests.map(({ channel, from }) => `${short.get(channel) ?? channel}\n${format.period(from)}`);
}

function describe(tests: readonly LiftTestResult[], labels: readonly string[]): string {
  const apart = tests.flatMap(({ z }, i) => (Math.abs(z) > disagree ? [labels[i]!.replace("\n", " of ")] : []));
  const unused = tests.filter(({ used }) => !used).length;
  const skipped =
    unused === 0
      ? ""
      : ` ${unused === 1 ? "One test lies" : `${unused} tests lie`} in the holdout and did not steer the fit.`;
  if (apart.length > 0) {
    return `The data alone disagree with ${apart.length === 1 ? "the test" : "the tests"} ${listWords(apart)} by more than two standard errors.${skipped}`;
  }
  return tests.length === 1
    ? `The data alone agree with the test within two standard errors.${skipped}`
    : `The data alone agree with ${tests.length === 2 ? "both" : `all ${tests.length}`} tests within two standard errors.${skipped}`;
}
