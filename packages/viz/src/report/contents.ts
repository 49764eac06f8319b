// What a report consists of, apart from how it is written: as a page, as slides, or as one file per chart.

import type { FitView } from "@mmm/model";
import type { ScenarioModel } from "@mmm/model/scenario";
import type { Chart } from "../chart/chart.js";
import { counted, periodNoun } from "../chart/context.js";
import { createFormat, type Format, type FormatOptions } from "../format/format.js";
import { blockCharts } from "../html/block-html.js";
import type { PageSection } from "../html/blocks.js";
import { whatIfSection } from "../what-if/section.js";
import { calibrationSection } from "./calibration-section.js";
import { graphSection } from "./graph-section.js";
import {
  answerKeySection,
  channelSection,
  dataSection,
  decompositionSection,
  methodSection,
  responseSection,
  trustSection,
  unitSection,
  type ValidationView,
} from "./sections.js";
import { summarySection } from "./summary.js";

export interface ContentOptions {
  /** Default: the view's title, or "What drives …" where that is only the KPI's name. */
  readonly title?: string;
  /** BCP 47 tag for numbers and dates, default "en-GB". The words are English. */
  readonly locale?: string;
  /** ISO 4217 code; default the view's own. */
  readonly currency?: string;
  /** Adds budgets to move, answered by this model in the page; `scenarioModel(fit)` makes it. */
  readonly whatIf?: ScenarioModel;
  /** What `mmm validate` found: forecasts from earlier dates and placebos, shown beside the fit's own checks. */
  readonly validation?: ValidationView;
  /** More sections, placed before "How do we know?"; a budget plan, for example. */
  readonly sections?: readonly PageSection[];
}

export interface ReportContents {
  readonly title: string;
  readonly subtitle: string;
  /** How numbers and dates are written. */
  readonly look: FormatOptions;
  readonly format: Format;
  readonly sections: readonly PageSection[];
}

const defaultTitle = ({ title, result }: FitView): string => (title === result.kpi ? `What drives ${title}` : title);

export function reportContents(view: FitView, options: ContentOptions = {}): ReportContents {
  const { title = defaultTitle(view), locale, whatIf, sections: extra = [] } = options;
  const currency = options.currency ?? view.currency;
  const look = { frequency: view.frequency, currency, ...(locale !== undefined && { locale }) };
  const format = createFormat(look);
  const { result, periods } = view;
  return {
    title,
    subtitle: `${result.kpi}, ${counted(result.units, "unit")}, ${counted(result.periods, periodNoun(view.frequency))} from ${format.period(periods[0] ?? "")} to ${format.period(periods.at(-1) ?? "")}`,
    look,
    format,
    sections: [
      summarySection(view, format),
      answerKeySection(view, format),
      decompositionSection(view, format),
      channelSection(view, format),
      calibrationSection(view, format),
      responseSection(view, format),
      whatIf ? whatIfSection(whatIf, view.periods, format, hasSpillOver(view)) : null,
      graphSection(view, format),
      unitSection(view, format),
      trustSection(view, format, options.validation),
      dataSection(view, format),
      ...extra,
      methodSection(view, format),
    ].filter((section) => section !== null),
  };
}

const hasSpillOver = ({ result }: FitView): boolean =>
  result.channels.some(({ contribution, direct }) => contribution.mean !== direct.mean);

/**
 * All charts of a report in reading order, for example to write each as a file.
 *
 * @example for (const chart of reportCharts(view)) await writeFile(`${chart.id}.svg`, renderSvg(chart))
 */
export function reportCharts(view: FitView, options: ContentOptions = {}): Chart[] {
  const { sections, format } = reportContents(view, options);
  return sections.flatMap(({ blocks }) => blocks.flatMap((block) => blockCharts(block, format)));
}
