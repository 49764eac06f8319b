import type { FitView } from "@mmm/model";
import type { ScenarioModel } from "@mmm/model/scenario";
import { counted, periodNoun } from "../chart/context.js";
import { createFormat } from "../format/format.js";
import type { PageSection } from "../html/blocks.js";
import { type Brand, renderPage } from "../html/page.js";
import { whatIfSection } from "../what-if/section.js";
import {
  answerKeySection,
  channelSection,
  dataSection,
  decompositionSection,
  graphSection,
  methodSection,
  responseSection,
  trustSection,
  unitSection,
} from "./sections.js";
import { summarySection } from "./summary.js";

export interface ReportOptions {
  /** Default: the view's title, or "What drives …" where that is only the KPI's name. */
  readonly title?: string;
  /** BCP 47 tag for numbers and dates, default "en-GB". The words are English. */
  readonly locale?: string;
  /** ISO 4217 code; default the view's own. */
  readonly currency?: string;
  readonly brand?: Brand;
  /** Default "auto": as the reader's system says. */
  readonly theme?: "auto" | "light" | "dark";
  /** Adds budgets to move, answered by this model in the page; `scenarioModel(fit)` makes it. */
  readonly whatIf?: ScenarioModel;
  /** More sections, placed before "How do we know?"; a budget plan, for example. */
  readonly sections?: readonly PageSection[];
}

const defaultTitle = ({ title, result }: FitView): string => (title === result.kpi ? `What drives ${title}` : title);

/**
 * The report of a fit: one HTML file that needs no network, with a summary in plain sentences first.
 *
 * @param view from `viewFit` of `@mmm/model`
 * @returns the whole document
 * @throws MmmError when the brand's colour or logo has another form than documented, or an id occurs twice
 * @example await writeFile("report.html", renderReport(viewFit(fit), { currency: "EUR", brand: { name: "Acme" } }))
 */
export function renderReport(view: FitView, options: ReportOptions = {}): string {
  const { title = defaultTitle(view), locale, theme, brand, whatIf, sections: extra = [] } = options;
  const currency = options.currency ?? view.currency;
  const look = { frequency: view.frequency, currency, ...(locale !== undefined && { locale }) };
  const format = createFormat(look);
  const sections = [
    summarySection(view, format),
    answerKeySection(view, format),
    decompositionSection(view, format),
    channelSection(view, format),
    responseSection(view, format),
    whatIf ? whatIfSection(whatIf, view.periods, format) : null,
    graphSection(view, format),
    unitSection(view, format),
    trustSection(view, format),
    dataSection(view, format),
    ...extra,
    methodSection(view, format),
  ].filter((section) => section !== null);
  const noun = periodNoun(view.frequency);
  const { result, periods } = view;
  return renderPage(title, sections, {
    ...look,
    subtitle: `${result.kpi}, ${counted(result.units, "unit")}, ${counted(result.periods, noun)} from ${format.period(periods[0] ?? "")} to ${format.period(periods.at(-1) ?? "")}`,
    ...(brand && { brand }),
    ...(theme && { theme }),
    footer: "Made with @mmm/viz. This file is complete in itself: it sends nothing and loads nothing.",
  });
}
