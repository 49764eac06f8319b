import { usageError } from "@mmm/core";
import { checkWritable, writeFilesAtomic } from "@mmm/data/node";
import { type CalibrationRow, calibrationSuite } from "../benchmark/calibration.js";
import { type ModelRow, modelSuite } from "../benchmark/models.js";
import { type RecoveryRow, recoveryCases, recoverySuite } from "../benchmark/recovery.js";
import { type SpeedRow, speedSuite } from "../benchmark/speed.js";
import { type AddCommand, action, addCommonOptions, type CommonFlags } from "../program/command.js";
import { versions } from "../runtime/versions.js";
import type { Run } from "../terminal/run.js";
import { textTable } from "../terminal/table.js";

interface BenchmarkFlags extends CommonFlags {
  readonly suite: string;
  readonly panels: string;
  readonly out?: string;
}

/** `mmm benchmark` */
export const addBenchmark: AddCommand = (program, terminal) => {
  const command = program
    .command("benchmark")
    .description("fit simulated markets whose truth is known, and say how often the truth was found")
    .option("--suite <name>", "which suite: recovery, calibration, models or speed", "recovery")
    .option(
      "--panels <number>",
      "how many markets to simulate (models: of each kind; speed: how many fits to time)",
      "32",
    )
    .option("--out <dir>", "also write benchmark.json there");
  addCommonOptions(command).action(action(terminal, benchmark));
};

async function benchmark(run: Run, flags: BenchmarkFlags): Promise<void> {
  const { suite } = flags;
  if (suite !== "recovery" && suite !== "calibration" && suite !== "models" && suite !== "speed") {
    throw usageError(
      "NO_SUCH_SUITE",
      `There is no suite '${suite}'; known: recovery, calibration, models, speed.`,
      "Use one of these with --suite.",
    );
  }
  const panels = Number(flags.panels);
  if (!Number.isInteger(panels) || panels < 1) {
    throw usageError(
      "BAD_OPTION",
      `--panels is '${flags.panels}'; it must be a whole number of at least 1.`,
      `Use a multiple of ${recoveryCases.length} to meet every kind of market equally often.`,
    );
  }
  if (flags.out !== undefined) checkWritable(flags.out);
  const seed = flags.seed ?? 1;
  const facts = { schema: "mmm.benchmark/v1", suite, seed, interval: 0.9, versions: versions() };
  const finish = <R>(rows: readonly R[], text: (rows: readonly R[], width: number) => string): object => {
    const report = { ...facts, rows };
    run.emit("benchmark", report);
    run.say(text(rows, run.width));
    return report;
  };
  const suites = {
    recovery: async () => finish(await recoverySuite(panels, seed, run.hooks), recoveryText),
    calibration: async () => finish(await calibrationSuite(panels, seed, run.hooks), calibrationText),
    models: async () => finish(await modelSuite(panels, seed, run.hooks), modelText),
    speed: async () => finish(await speedSuite(panels, seed, run.hooks), speedText),
  };
  const report = await suites[suite]();
  if (flags.out === undefined) return;
  writeFilesAtomic(flags.out, { "benchmark.json": `${JSON.stringify(report, null, 2)}\n` });
  run.say(`\nWritten: ${flags.out}/benchmark.json`);
}

/** The rows as a table, with a sentence on how to read it. */
export function recoveryText(rows: readonly RecoveryRow[], width: number): string {
  const percent = (value: number): string => `${(100 * value).toFixed(0)}%`;
  const table = textTable(
    [
      { head: "Markets", align: "left" },
      { head: "n" },
      { head: "off" },
      { head: "(equal)" },
      { head: "share in" },
      { head: "ROI in" },
      { head: "R²" },
      { head: "(naive)" },
      { head: "CPU s" },
    ],
    rows.map((row) => [
      row.name,
      String(row.panels),
      percent(row.shareDistance),
      percent(row.equalShares),
      percent(row.shareCoverage),
      percent(row.roiCoverage),
      row.holdoutR2Within.toFixed(2),
      row.bestNaiveR2Within.toFixed(2),
      row.cpuSeconds.toFixed(1),
    ]),
    { width },
  );
  const kinds = textTable(
    [
      { head: "Channels", align: "left" },
      { head: "n" },
      { head: "share in" },
      { head: "ROI in" },
      { head: "interval width" },
    ],
    rows
      .at(-1)!
      .byChannel.map((row) => [
        row.name,
        String(row.channels),
        percent(row.shareCoverage),
        percent(row.roiCoverage),
        percent(row.intervalWidth),
      ]),
    { width },
  );
  return `${table}

${kinds}

off: part of the media effect credited to the wrong channel; (equal): if every
channel were given the same. share in, ROI in: how often the 90% interval holds
the truth. R²: within units, on held-out periods; (naive): best naive forecast.`;
}

/** The rows of the speed suite as a table. */
export function speedText(rows: readonly SpeedRow[], width: number): string {
  const table = textTable(
    [
      { head: "Market", align: "left" },
      { head: "n" },
      { head: "fit, CPU s" },
      { head: "results, CPU s" },
      { head: "steps" },
      { head: "converged" },
    ],
    rows.map((row) => [
      row.name,
      String(row.runs),
      row.fitSeconds.toFixed(2),
      row.resultSeconds.toFixed(2),
      String(row.steps),
      row.converged ? "yes" : "no",
    ]),
    { width },
  );
  return `${table}

Markets are units × periods × channels. fit: effects with 300 draws, without
learning a graph; results: everything a report shows. Median of n after a
first one that is not timed.`;
}

/** The rows of the calibration suite as a table. */
export function calibrationText(rows: readonly CalibrationRow[], width: number): string {
  const percent = (value: number): string => `${(100 * value).toFixed(0)}%`;
  const change = (before: number | null, after: number | null, write: (value: number) => string): string =>
    before === null || after === null ? "" : `${write(before)}→${write(after)}`;
  const factor = (value: number): string => `×${Math.exp(value).toFixed(2)}`;
  const table = textTable(
    [
      { head: "Given", align: "left" },
      { head: "n" },
      { head: "ROI off by" },
      { head: "ROI near" },
      { head: "width" },
      { head: "test met" },
      { head: "ROI in" },
      { head: "alarm" },
    ],
    rows.map((row) => [
      row.name,
      String(row.panels),
      change(row.errorBefore, row.errorAfter, factor),
      change(row.nearBefore, row.nearAfter, percent),
      change(row.widthBefore, row.widthAfter, factor),
      change(row.metBefore, row.metAfter, percent),
      change(row.coverageBefore, row.coverageAfter, percent),
      percent(row.conflicts),
    ]),
    { width },
  );
  return `${table}

Everything without→with what is given. ROI off by, width (upper / lower end of the
interval): of the calibrated channels over all weeks and units; ROI near: how often
it is off by no more than a test is nine times in ten. test met: how often the
model's lift lies within the 90% interval of the test. ROI in: how often the 90%
interval holds the truth, over all channels. alarm: how often the fit says that
test or belief and data contradict each other.

lift test: a full stop of four weeks in half the units, measured for four more, with
a standard error of 15%; long test: eight and eight weeks; wrong test: one that
claims three times the true lift; priors: beliefs about every channel.`;
}

/** The comparison of models as a table. */
export function modelText(rows: readonly ModelRow[], width: number): string {
  const percent = (value: number | null): string => (value === null ? "" : `${(100 * value).toFixed(0)}%`);
  const table = textTable(
    [
      { head: "Markets", align: "left" },
      { head: "model", align: "left" },
      { head: "R²" },
      { head: "off" },
      { head: "in" },
      { head: "total" },
      { head: "in" },
      { head: "graph" },
      { head: "path" },
      { head: "in" },
      { head: "CPU s" },
    ],
    rows.map((row) => [
      row.market,
      row.model,
      row.holdoutR2Within.toFixed(2),
      percent(row.shareDistance),
      percent(row.shareCoverage),
      percent(row.totalShareDistance),
      percent(row.totalCoverage),
      row.graphAuroc === null ? "" : row.graphAuroc.toFixed(2),
      percent(row.pathError),
      percent(row.pathCoverage),
      row.cpuSeconds.toFixed(1),
    ]),
    { width },
  );
  return `${table}

Effects stay or drift; linked: channels drive channels; both: linked and drifting.
Markets of each kind: ${rows[0]!.panels}. R²: within units, on held-out periods. off: part of
the media effect credited to the wrong channel; total: the same of total effects,
through the graph; graph: AUROC of its edges between channels; path: typical
error of an effect's change over time. in: how often the 90% interval holds the
truth.`;
}
