import type { FitView } from "@mmm/model";
import { counted } from "../chart/context.js";
import { calibrationByChannel } from "../fit-charts/calibration-channels.js";
import { priorChart } from "../fit-charts/calibration-priors.js";
import { liftTestChart } from "../fit-charts/calibration-tests.js";
import type { Format } from "../format/format.js";
import type { PageBlock, PageSection } from "../html/blocks.js";

/** What lift tests and beliefs changed; null for a fit without them. */
export function calibrationSection(view: FitView, format: Format): PageSection | null {
  const { calibration } = view.result;
  if (calibration === undefined) return null;
  const { tests, priors } = calibration;
  const used = tests.filter((test) => test.used).length;
  const by = [
    ...(tests.length > 0 ? [counted(used, "lift test")] : []),
    ...(priors.length > 0 ? [counted(priors.length, "belief")] : []),
  ].join(" and ");
  const charts = [
    liftTestChart(view, format),
    priorChart(view, "roi", format),
    priorChart(view, "share", format),
    calibrationByChannel(view, format),
  ];
  return {
    id: "calibration",
    title: "Calibration",
    lead: `The data of this report do not stand alone: the fit was calibrated with ${by}. "Data alone" is the same model without them; everything else in this report is the calibrated fit.`,
    blocks: charts.flatMap((chart): PageBlock[] => (chart === null ? [] : [{ kind: "chart", chart }])),
  };
}
