import { basename, join } from "node:path";
import type { EngineRecommendation } from "@mmm/causal";
import { type CausalEngine, type CausalGraph, throwIfCancelled, usageError, yieldToEventLoop } from "@mmm/core";
import { checkWritable } from "@mmm/data/node";
import { drawnEdges } from "@mmm/viz";
import { Option } from "commander";
import { type ConstraintFlags, readConstraints } from "../graph/constraints.js";
import { engineRegistry, engineTable, findEngines } from "../graph/engine-list.js";
import { explore, recommend } from "../graph/explore.js";
import { type GraphReport, gathered, graphFile, graphPage, writeGraphFiles } from "../graph/graph-files.js";
import { graphVerdict } from "../graph/graph-verdict.js";
import { type ObservationFlags, type Observations, readObservations } from "../graph/observations.js";
import { streamObservations } from "../graph/streamed-observations.js";
import { readTruth, scoreAgainst } from "../graph/truth.js";
import { type AddCommand, action, addCommonOptions, type CommonFlags } from "../program/command.js";
import { startMeter } from "../runtime/meter.js";
import { findingsText } from "../summary/fit-summary.js";
import type { Run } from "../terminal/run.js";
import { textTable } from "../terminal/table.js";
import { wrap } from "../terminal/wrap.js";

interface GraphFlags extends CommonFlags, ObservationFlags, ConstraintFlags {
  readonly engine?: string;
  readonly lags?: number;
  readonly bootstrap?: number;
  readonly workers?: number;
  readonly compare?: string;
  readonly forecast?: number;
  readonly truth?: string;
  readonly title?: string;
  readonly out?: string;
}

/** `mmm graph DATA --out DIR` */
export const addGraph: AddCommand = (program, terminal) => {
  const columns = "names or globs, comma separated";
  const command = program
    .command("graph [data]")
    .description("learn which variable drives which from a CSV or Parquet file, and say how far to believe it")
    .option("--out <directory>", "where to write graph.json and graph.html")
    .option("--vars <columns>", `variables: ${columns}; without it, all number columns`)
    .option("--engine <id>", "method; 'help' lists them; without it, the recommended one")
    .option("--unit <column>", "region, shop or brand of each row")
    .option("--time <column>", "period of each row; looks for effects of the past too")
    .option("--in-order", "rows are consecutive periods, oldest first")
    .option("--lags <count>", "most periods back", wholeNumber("--lags", 1))
    .option(
      "--bootstrap <count>",
      "resampled data sets behind edge probabilities; 0 for none",
      wholeNumber("--bootstrap", 0),
    )
    .option("--workers <count>", "threads for them; without it, all processors", wholeNumber("--workers", 1))
    .option("--compare <ids>", "more engines to run on the same data, comma separated")
    .option("--kpi <column>", "causes nothing; also what is forecast")
    .option("--controls <columns>", `nothing causes them: ${columns}`)
    .option("--tiers <groups>", "order of causes, e.g. 'season; tv, radio; search; sales'")
    .option("--require <edges>", "edges that are known, e.g. 'tv > search'")
    .option("--forbid <edges>", "edges that cannot be, e.g. 'sales > *'")
    .option("--constraints <file>", "tiers, required and forbidden as a JSON file")
    .option("--context <columns>", `constant facts about each unit, for granger-vi: ${columns}`)
    .option("--forecast <periods>", "periods to forecast, for granger-vi", wholeNumber("--forecast", 0))
    .option("--truth <file>", "true graph as a JSON file, to mark the result against")
    .option("--title <text>", "heading of the page")
    .option("--date-format <pattern>", "how dates are written, e.g. DD/MM/YYYY")
    .addOption(new Option("--decimal <mark>", "decimal mark").choices([".", ","]))
    .addOption(new Option("--delimiter <mark>", "column separator").choices([",", ";", "tab", "|"]));
  addCommonOptions(command)
    .addHelpText(
      "after",
      `
Example:
  mmm graph sales.csv --unit region --time week --vars '*_spend,sales' \\
    --kpi sales --compare pcmci+,varlingam --out graph
  mmm graph shops.csv --unit shop --time t --engine granger-vi --out shops`,
    )
    .action(action(terminal, graphCommand));
};

async function graphCommand(run: Run, flags: GraphFlags, path: string | undefined): Promise<void> {
  const engines = engineRegistry(flags);
  if (flags.engine === "help") {
    run.emit("engines", {
      engines: engines.list().map(({ id, title, capabilities }) => ({ id, title, capabilities })),
    });
    run.say(engineTable(engines, run.width));
    return;
  }
  if (path === undefined)
    throw usageError("NO_DATA", "There is no data file.", "Write mmm graph DATA.csv --out DIRECTORY.");
  if (flags.out === undefined) {
    throw usageError("NO_OUT", "There is no output directory.", "Add --out DIRECTORY.");
  }
  const cost = startMeter();
  const chosen = flags.engine === undefined ? null : findEngine(flags.engine, engines, run.width);
  const compare = flags.compare === undefined ? [] : findEngines(flags.compare, engines, run.width);
  refuseMisuse(flags, chosen, compare);
  checkWritable(flags.out);

  const perUnit = chosen?.capabilities.perUnitGraphs ?? false;
  const streamed = perUnit && compare.length === 0 ? await streamObservations(path, flags) : null;
  const observations = streamed ?? (await readObservations(path, flags, { allowMissing: perUnit }));
  const constraints = readConstraints(flags, observations.variables);
  const truth = flags.truth === undefined ? null : readTruth(flags.truth, observations.variables);
  const seed = flags.seed ?? 1;
  run.emit("observations", {
    variables: observations.variables,
    rows: observations.data.rows,
    notes: observations.notes,
  });
  run.say(wrap(observedText(observations), { width: run.width }));

  const recommendation = observations.complete
    ? await recommend(observations, { seed, constraints, lags: flags.lags }, run.hooks)
    : null;
  const engine = chosen ?? recommendation!.engine;
  const reasons = reasonsFor(engine, recommendation);
  run.emit("engine", { id: engine.id, title: engine.title, reasons });
  run.say(`${wrap(`Engine ${engine.id} (${engine.title}). ${reasons.join(" ")}`, { width: run.width })}\n`);

  const kpi = flags.kpi === undefined ? null : (observations.variables.find((name) => name === flags.kpi) ?? null);
  const exploration = await explore(
    observations,
    engine,
    recommendation,
    {
      seed,
      constraints,
      bootstrap: flags.bootstrap ?? null,
      workers: flags.workers,
      lags: flags.lags,
      directory: flags.out,
      compare: compare.filter(({ id }) => id !== engine.id),
      forecast: flags.forecast ?? 7,
      target: kpi,
    },
    run.hooks,
  );
  const verdict = graphVerdict(exploration, kpi);
  const report: GraphReport = {
    exploration,
    observations,
    verdict,
    truth: truth && scoreAgainst(exploration.graph, truth),
    reasons,
    title: flags.title ?? "Causal graph",
    source: basename(path),
    unitLabel: flags.unit ?? "unit",
    seed,
  };
  const page = graphPage(report);
  await yieldToEventLoop();
  throwIfCancelled(run.hooks);
  const file = graphFile(report, cost());
  const files = writeGraphFiles(flags.out, file, page);
  exploration.checkpoint.forget();
  run.emit("done", { directory: flags.out, files, verdict, edges: drawnEdges(exploration.graph) });
  run.say(`${verdict.label}\n${wrap(verdict.text, { width: run.width, indent: "  " })}\n`);
  run.say(`${edgeTable(exploration.graph, run.width)}\n`);
  run.say(`${findingsText(gathered(exploration.diagnostics), run.width)}\n`);
  run.say(`Page: ${join(flags.out, "graph.html")} (open it in a browser)\nAlso in ${flags.out}: graph.json`);
}

function findEngine(id: string, engines: ReturnType<typeof engineRegistry>, width: number): CausalEngine {
  const [engine, ...more] = findEngines(id, engines, width);
  if (engine && more.length === 0) return engine;
  throw usageError("BAD_OPTION", `--engine is '${id}'; it must be one engine.`, "Name further engines with --compare.");
}

function refuseMisuse(flags: GraphFlags, chosen: CausalEngine | null, compare: readonly CausalEngine[]): void {
  const perUnit = chosen?.capabilities.perUnitGraphs === true;
  const only = flags.context !== undefined ? "--context" : flags.forecast !== undefined ? "--forecast" : null;
  if (only !== null && !perUnit) {
    throw usageError(
      "BAD_OPTION",
      `${only} needs an engine with one graph per unit.`,
      "Add --engine granger-vi, or leave it out.",
    );
  }
  if (flags.lags !== undefined && chosen && (chosen.capabilities.edges === "contemporaneous" || perUnit)) {
    throw usageError(
      "BAD_OPTION",
      `--lags does not apply to '${chosen.id}'.`,
      "Leave it out, or choose an engine of time series.",
    );
  }
  if (flags.inOrder && flags.time !== undefined) {
    throw usageError(
      "BAD_OPTION",
      "--in-order and --time exclude each other.",
      "Keep --time; it puts the rows in order.",
    );
  }
  const unfit = compare.find(({ capabilities }) => capabilities.perUnitGraphs);
  if (unfit && !perUnit) {
    throw usageError(
      "BAD_OPTION",
      `--compare cannot take '${unfit.id}', which has one graph per unit.`,
      `Run it by itself with --engine ${unfit.id}.`,
    );
  }
}

function observedText({ data, variables, context, notes }: Observations): string {
  const units = data.units ? ` of ${new Set(data.units).size} units` : "";
  const order = data.temporal ? "in time order" : "without time order";
  const facts = context.length > 0 ? ` Context: ${context.join(", ")}.` : "";
  const remarks = notes.map(({ message }) => ` ${message}`).join("");
  return `${data.rows} rows${units}, ${order}; ${variables.length} variables: ${variables.join(", ")}.${facts}${remarks}`;
}

function reasonsFor(engine: CausalEngine, recommendation: EngineRecommendation | null): readonly string[] {
  if (!recommendation) return ["Chosen with --engine."];
  if (recommendation.engine.id === engine.id) return recommendation.reasons;
  if (engine.capabilities.perUnitGraphs) {
    return ["Chosen with --engine.", `For one graph over all units, ${recommendation.engine.id} is recommended.`];
  }
  return [
    "Chosen with --engine.",
    `For these data ${recommendation.engine.id} is recommended.`,
    ...recommendation.reasons,
  ];
}

const mostEdges = 20;

function edgeTable(graph: CausalGraph, width: number): string {
  const edges = drawnEdges(graph).sort(
    (a, b) => (b.probability ?? 0) - (a.probability ?? 0) || Math.abs(b.weight) - Math.abs(a.weight),
  );
  if (edges.length === 0) return "No edge was selected.";
  const rows = edges
    .slice(0, mostEdges)
    .map(({ from, to, lag, weight, probability, directed }) => [
      `${from} ${directed === false ? "–" : "→"} ${to}`,
      String(lag),
      weight.toFixed(2),
      probability === null ? "–" : `${Math.round(100 * probability)} %`,
    ]);
  const more = edges.length > mostEdges ? `\n  and ${edges.length - mostEdges} more, in the page.` : "";
  return `${textTable([{ head: "edge", align: "left" }, { head: "lag" }, { head: "weight" }, { head: "probability" }], rows, { width })}${more}`;
}

function wholeNumber(option: string, least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,6}$/.test(text) && value >= least) return value;
    throw usageError(
      "BAD_OPTION",
      `${option} is '${text}'; it must be a whole number of at least ${least}.`,
      `For example ${option} ${Math.max(least, 3)}.`,
    );
  };
}
