import { dirname } from "node:path";
import { type DecimalMark, type Delimiter, toCsv } from "@mmm/data";
import { checkWritable, openTable, writeFileAtomic } from "@mmm/data/node";
import { forecast, forecastTable, readPlan } from "@mmm/model";
import { loadFit } from "@mmm/model/node";
import { Option } from "commander";
import { type AddCommand, action, addCommonOptions, type CommonFlags } from "../program/command.js";
import { forecastText } from "../summary/forecast-text.js";
import type { Run } from "../terminal/run.js";

interface PredictFlags extends CommonFlags {
  readonly data: string;
  readonly out: string;
  readonly date?: string;
  readonly geo?: string;
  readonly dateFormat?: string;
  readonly decimal?: DecimalMark;
  readonly delimiter?: Delimiter | "tab";
  readonly emptyCells?: "error" | "zero";
  readonly newUnits?: boolean;
}

/** `mmm predict FIT_DIR --data FUTURE.csv --out FILE` */
export const addPredict: AddCommand = (program, terminal) => {
  const command = program
    .command("predict <fit-directory>")
    .description("forecast the KPI of future periods from a media plan, one row per region and period")
    .requiredOption("--data <file>", "the plan: media and controls under the names they had in the fit")
    .requiredOption("--out <file>", "CSV file to write")
    .option("--date <column>", "period of each row")
    .option("--geo <column>", "region, shop or brand of each row")
    .option("--date-format <pattern>", "how dates are written, e.g. DD/MM/YYYY")
    .option("--new-units", "predict regions that the fit has not seen from the others")
    .addOption(new Option("--decimal <mark>", "decimal mark").choices([".", ","]))
    .addOption(new Option("--delimiter <mark>", "column separator").choices([",", ";", "tab", "|"]))
    .addOption(
      new Option("--empty-cells <rule>", "refuse empty media cells, or take them as 0").choices(["error", "zero"]),
    );
  addCommonOptions(command)
    .addHelpText(
      "after",
      `
The plan begins with the period after the last one of the fit, without a gap.

Example:
  mmm predict fit --data plan.csv --out forecast.csv`,
    )
    .action(action(terminal, predict));
};

async function predict(run: Run, flags: PredictFlags, directory: string): Promise<void> {
  const { data, out, delimiter, newUnits = false, json: _, quiet: __, seed: ___, ...reading } = flags;
  checkWritable(dirname(out));
  const fit = loadFit(directory);
  const mark = delimiter === "tab" ? "\t" : delimiter;
  const table = await openTable(data, mark === undefined ? {} : { delimiter: mark });
  const { panel, warnings } = readPlan(fit, table, reading);
  const { cells, ...result } = forecast(fit, panel, { newUnits });
  const ahead = { ...result, diagnostics: [...result.diagnostics, ...warnings] };
  writeFileAtomic(out, toCsv(forecastTable({ ...result, cells })));
  run.emit("done", { file: out, rows: cells.length, forecast: ahead });
  run.say(`${forecastText(ahead, fit.panel.currency ?? null, run.width)}\n`);
  run.say(`Forecast: ${out} (${cells.length} ${cells.length === 1 ? "row" : "rows"})`);
}
