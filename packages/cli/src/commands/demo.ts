import { join } from "node:path";
import { loadPanel, toCsv } from "@mmm/data";
import { checkWritable } from "@mmm/data/node";
import { answerKeyOf } from "../demo/answer-key.js";
import { revenuePerSale, simulateSales } from "../demo/simulate-sales.js";
import { writeFitFiles } from "../output/fit-files.js";
import { type AddCommand, action, addCommonOptions, type CommonFlags } from "../program/command.js";
import { startMeter } from "../runtime/meter.js";
import { answerKeyTable } from "../summary/answer-key-table.js";
import { fitSummary } from "../summary/fit-summary.js";
import { writtenText } from "../summary/written-text.js";
import type { Run } from "../terminal/run.js";
import { fitPanel } from "./fit.js";

type DemoFlags = CommonFlags & { readonly out: string };

/** `mmm demo` */
export const addDemo: AddCommand = (program, terminal) => {
  const command = program
    .command("demo")
    .description("simulate data whose truth is known, fit it, and compare the estimates with the truth")
    .option("--out <directory>", "where to write", "mmm-demo");
  addCommonOptions(command).action(action(terminal, demo));
};

async function demo(run: Run, { out, seed = 1 }: DemoFlags): Promise<void> {
  const cost = startMeter();
  checkWritable(out);
  const { table, truth } = simulateSales(seed);
  const { units, periods, channels } = truth.settings;
  run.say(`Simulated ${units} regions, ${periods} weeks and ${channels.length} channels (seed ${seed}).\n`);
  const csv = toCsv(table);
  const loaded = loadPanel(csv, { file: join(out, "data.csv") });
  const options = {
    load: {},
    model: { seed },
    holdout: 13,
    title: "Demo: simulated data with a known truth",
    liftTests: undefined,
  };
  const fitted = await fitPanel(run, loaded, options, cost);
  const view = { ...fitted.view, answerKey: answerKeyOf(truth, fitted.view, revenuePerSale) };
  const files = writeFitFiles(out, fitted.fit, view, { "data.csv": csv });
  run.emit("done", { directory: out, files, result: view.result, answerKey: view.answerKey });
  run.say(`\n${fitSummary(view, run.width)}\n`);
  run.say("Truth and estimate, with its interval; the fit has never seen the truth:\n");
  run.say(`${answerKeyTable(view, run.width)}\n`);
  run.say(writtenText(out, files, view, run.width));
  run.say(`\nNext, your own data: ${mmm()} fit YOUR.csv --out my-fit`);
}

/** How this program was called, so that the hint can be pasted. */
function mmm(): string {
  return ["demo", "mmm"].includes(process.env["npm_lifecycle_event"] ?? "") ? "npm run -s mmm --" : "mmm";
}
