import { join } from "node:path";
import { checkWritable, writeFilesAtomic } from "@mmm/data/node";
import { scenarioModel } from "@mmm/model";
import { loadFit } from "@mmm/model/node";
import { renderReport } from "@mmm/viz";
import { Option } from "commander";
import { parseCurrency, parseLocale } from "../data-options/data-options.js";
import { readFitView } from "../output/fit-files.js";
import { type AddCommand, action, addCommonOptions, type CommonFlags } from "../program/command.js";
import type { Run } from "../terminal/run.js";

interface ReportFlags extends CommonFlags {
  readonly out: string;
  readonly title?: string;
  readonly locale?: string;
  readonly currency?: string;
  readonly theme?: "auto" | "light" | "dark";
}

/** `mmm report FIT_DIR --out DIR` */
export const addReport: AddCommand = (program, terminal) => {
  const command = program
    .command("report <fit-directory>")
    .description("draw the report of a saved fit again, with another title, language of numbers or currency")
    .requiredOption("--out <directory>", "where to write report.html")
    .option("--title <text>", "heading of the report")
    .option("--locale <tag>", "how to write numbers and dates, e.g. de-DE", parseLocale)
    .option("--currency <code>", "currency of spend, e.g. EUR", parseCurrency)
    .addOption(new Option("--theme <name>", "colours").choices(["auto", "light", "dark"]));
  addCommonOptions(command).action(action(terminal, report));
};

async function report(run: Run, flags: ReportFlags, directory: string): Promise<void> {
  const { out, title, locale, currency, theme } = flags;
  checkWritable(out);
  const html = renderReport(readFitView(directory), {
    whatIf: scenarioModel(loadFit(directory)),
    ...(title !== undefined && { title }),
    ...(locale !== undefined && { locale }),
    ...(currency !== undefined && { currency }),
    ...(theme !== undefined && { theme }),
  });
  writeFilesAtomic(out, { "report.html": html });
  run.emit("done", { directory: out, files: ["report.html"] });
  run.say(`Report: ${join(out, "report.html")}`);
}
