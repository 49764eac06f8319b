import type { FitView } from "@mmm/model";
import type { Brand } from "../html/brand.js";
import { renderPage } from "../html/page.js";
import { type ContentOptions, reportContents } from "./contents.js";

export interface ReportOptions extends ContentOptions {
  readonly brand?: Brand;
  /** Default "auto": as the reader's system says. */
  readonly theme?: "auto" | "light" | "dark";
}

/**
 * The report of a fit: one HTML file that needs no network, with a summary in plain sentences first.
 *
 * @param view from `viewFit` of `@mmm/model`
 * @returns the whole document
 * @throws MmmError when the brand's colour or logo has another form than documented, or an id occurs twice
 * @example await writeFile("report.html", renderReport(viewFit(fit), { currency: "EUR", brand: { name: "Acme" } }))
 */
export function renderReport(view: FitView, options: ReportOptions = {}): string {
  const { theme, brand } = options;
  const { title, subtitle, look, sections } = reportContents(view, options);
  return renderPage(title, sections, {
    ...look,
    subtitle,
    ...(brand && { brand }),
    ...(theme && { theme }),
    footer: "Made with @mmm/viz. This file is complete in itself: it sends nothing and loads nothing.",
  });
}
