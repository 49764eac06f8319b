import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkWritable, writeFilesAtomic } from "@mmm/data/node";
import { scenarioModel } from "@mmm/model";
import { loadFit } from "@mmm/model/node";
import { createFormat, planSections, type ReportOptions, renderReport, reportCharts } from "@mmm/viz";
import { Option } from "commander";
import { parseCurrency, parseLocale } from "../data-options/data-options.js";
import { readFitView, readValidation } from "../output/fit-files.js";
import { readPlanFile } from "../output/plan-file.js";
import { type AddCommand, action, addCommonOptions, type CommonFlags } from "../program/command.js";
import { type BrandFlags, brandOf } from "../report-files/brand.js";
import { type ChartKind, chartFiles, parseChartKinds } from "../report-files/chart-files.js";
import type { Run } from "../terminal/run.js";

interface ReportFlags extends CommonFlags, BrandFlags {
  readonly out: string;
  readonly title?: string;
  readonly locale?: string;
  readonly currency?: string;
  readonly theme?: "auto" | "light" | "dark";
  readonly deck?: boolean;
  readonly charts?: readonly ChartKind[];
  readonly plan?: string;
}

/** `mmm report FIT_DIR --out DIR` */
export const addReport: AddCommand = (program, terminal) => {
  const command = program
    .command("report <fit-directory>")
    .description("draw the report of a saved fit again, in other words or colours, as slides or as single charts")
    .requiredOption("--out <directory>", "where to write report.html")
    .option("--deck", "also write the report as slides, report.pptx")
    .option("--charts <kinds>", "also write every chart to charts/ as svg, png, csv, json", parseChartKinds)
    .option("--title <text>", "heading of the report")
    .option("--locale <tag>", "how to write numbers and dates, e.g. de-DE", parseLocale)
    .option("--currency <code>", "currency of spend, e.g. EUR", parseCurrency)
    .option("--brand-name <text>", "name above the heading")
    .option("--accent <colour>", "accent colour, e.g. #1f6fb2")
    .option("--logo <file>", "PNG, JPEG or SVG beside the name")
    .option("--plan <file>", "a plan.json of this fit, shown in the report (default: the fit directory's own, if any)")
    .addOption(new Option("--theme <name>", "colours").choices(["auto", "light", "dark"]));
  addCommonOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  mmm report fit --out acme --brand-name Acme --accent "#a83c10" --currency EUR
  mmm report fit --out acme --deck --charts svg,png,csv`,
    )
    .action(action(terminal, report));
};

async function report(run: Run, flags: ReportFlags, directory: string): Promise<void> {
  const { out, title, locale, currency, theme, deck, charts } = flags;
  checkWritable(out);
  const view = readFitView(directory);
  const brand = brandOf(flags);
  const plan = readPlanFile(directory, flags.plan);
  const look = {
    frequency: view.frequency,
    currency: currency ?? view.currency,
    ...(locale !== undefined && { locale }),
  };
  const validation = readValidation(directory);
  const options: ReportOptions = {
    ...(title !== undefined && { title }),
    ...(locale !== undefined && { locale }),
    ...(currency !== undefined && { currency }),
    ...(brand && { brand }),
    ...(plan && { sections: planSections(plan, createFormat(look)) }),
    ...(validation && { validation }),
  };
  // A directory that holds the view alone has a report without budgets to move.
  const whatIf = existsSync(join(directory, "manifest.json")) ? scenarioModel(loadFit(directory)) : undefined;
  const files: Record<string, string | Uint8Array> = {
    "report.html": renderReport(view, { ...options, ...(theme && { theme }), ...(whatIf && { whatIf }) }),
  };
  if (deck) files["report.pptx"] = await (await import("@mmm/viz/deck")).renderDeck(view, options);
  const pictures = charts
    ? await chartFiles(reportCharts(view, options), charts, {
        ...look,
        ...(theme === "dark" && { theme }),
      })
    : {};
  writeFilesAtomic(out, files);
  if (charts) writeFilesAtomic(join(out, "charts"), pictures);
  const written = [...Object.keys(files), ...Object.keys(pictures).map((name) => `charts/${name}`)];
  run.emit("done", { directory: out, files: written });
  run.say(`Report: ${join(out, "report.html")}`);
  if (deck) run.say(`Slides: ${join(out, "report.pptx")}`);
  if (charts) run.say(`Charts: ${join(out, "charts")} (${Object.keys(pictures).length} files)`);
}
