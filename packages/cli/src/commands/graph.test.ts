// `mmm graph` in process: what it finds on data made here, what it writes, and what it refuses.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, shiftPeriod } from "@mmm/core";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, expect, it } from "vitest";
import { graphJsonSchema, graphSchema } from "../graph/graph-schema.js";
import { runCli } from "../program/run-cli.js";
import { createMemoryTerminal, type MemoryTerminal } from "../terminal/memory-terminal.js";

const root = mkdtempSync(join(tmpdir(), "mmm-graph-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;
async function graph(
  csv: string,
  ...flags: string[]
): Promise<{ code: number; terminal: MemoryTerminal; out: string; err: string }> {
  const folder = join(root, String(++folders));
  const path = `${folder}.csv`;
  writeFileSync(path, csv);
  const terminal = createMemoryTerminal();
  const code = await runCli(["graph", path, "--out", folder, ...flags], terminal);
  return { code, terminal, out: folder, err: terminal.err().replace(/\s+/g, " ").replaceAll(path, "FILE") };
}
const read = (folder: string) => JSON.parse(readFileSync(join(folder, "graph.json"), "utf8"));
const table = (rows: readonly (readonly (string | number)[])[]): string => rows.map((row) => row.join(",")).join("\n");

/** tv → search → sales with exponential noise, whose shape tells the directions. */
function funnel(rows = 400): (string | number)[][] {
  const random = createRandom(3);
  const noise = (): number => -Math.log(1 - random.uniform());
  return [
    ["tv", "search", "sales"],
    ...Array.from({ length: rows }, () => {
      const tv = noise();
      const search = 0.9 * tv + noise();
      return [tv, search, 1.1 * search + noise()].map((value) => value.toFixed(6));
    }),
  ];
}

/** Shops in which last week's `a` lifts `b`, in time order within each shop; `b` of one shop has a hole if asked. */
function shops(count = 12, steps = 60): (string | number)[][] {
  const random = createRandom(5);
  const rows: (string | number)[][] = [["shop", "week", "a", "b", "size"]];
  for (let shop = 0; shop < count; shop++) {
    let [before, level] = [0, 0];
    for (let t = 0; t < steps; t++) {
      const a = random.normal();
      level = 0.8 * before + 0.3 * level + 0.5 * random.normal();
      rows.push([
        `s${shop}`,
        shiftPeriod("2024-01-01", "week", t),
        (5 + a).toFixed(5),
        (9 + level).toFixed(5),
        shop % 3,
      ]);
      before = a;
    }
  }
  return rows;
}

it("finds the directions of a chain, says so, and writes both files", async () => {
  const { code, terminal, out, err } = await graph(table(funnel()), "--kpi", "sales", "--compare", "pc,order-bic");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(readdirSync(out).sort()).toEqual(["graph.html", "graph.json"]);
  const file = read(out);
  expect(graphSchema.safeParse(file).error?.issues).toBeUndefined();
  expect(file).toMatchObject({
    schema: "mmm.graph/v1",
    kind: "dag",
    engine: { id: "lingam" },
    nodes: ["tv", "search", "sales"],
  });
  const selected = file.edges.filter(({ selected }: { selected: boolean }) => selected);
  expect(selected.map(({ from, to }: { from: string; to: string }) => `${from}>${to}`).sort()).toEqual([
    "search>sales",
    "tv>search",
  ]);
  expect(file.edges).toHaveLength(6);
  for (const { probability, sign } of selected) expect([probability > 0.8, sign]).toEqual([true, 1]);
  expect(file.honesty.rescaling).toEqual({ runs: 5, changed: [] });
  expect(file.comparison.engines.map(({ engine }: { engine: string }) => engine)).toEqual([
    "lingam",
    "pc",
    "order-bic",
  ]);
  const text = terminal.out().replace(/\s+/g, " ");
  expect(text).toContain("Engine lingam");
  expect(text).toContain("sales is driven directly by search, and through others by tv.");
  const page = readFileSync(join(out, "graph.html"), "utf8");
  for (const heading of ["What drives what", "May it be believed?", "What other engines say"])
    expect(page).toContain(heading);
  expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
});

it("gives the same file for the same seed", async () => {
  const csv = table(funnel(120));
  const files = [await graph(csv, "--seed", "7"), await graph(csv, "--seed", "7")].map(({ out }) => {
    const { runtime: _, ...file } = read(out);
    return file;
  });
  expect(files[0]).toEqual(files[1]);
});

it("obeys what is known", async () => {
  const { out } = await graph(
    table(funnel()),
    ...["--engine", "order-bic", "--tiers", "tv; search; sales", "--require", "tv > sales", "--bootstrap", "0"],
  );
  const { edges, bootstrap } = read(out);
  const has = (from: string, to: string) =>
    edges.some(
      (edge: { from: string; to: string; selected: boolean }) => edge.from === from && edge.to === to && edge.selected,
    );
  expect([has("tv", "sales"), has("search", "tv"), has("sales", "search"), has("sales", "tv")]).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect(bootstrap).toBeNull();
  for (const { probability } of edges) expect(probability).toBeNull();
});

it("reads units and time in any order of rows, and finds the lag", async () => {
  const [head, ...rows] = shops();
  const shuffled = [head!, ...createRandom(1).shuffle(rows)];
  const flags = ["--unit", "shop", "--time", "week", "--vars", "a,b", "--engine", "svar-order"];
  const { code, out } = await graph(table(shuffled), ...flags);
  expect(code).toBe(0);
  const file = read(out);
  expect(file.data).toEqual({ rows: 720, units: 12, temporal: true });
  const cross = file.edges.filter(
    (edge: { from: string; to: string; selected: boolean }) => edge.selected && edge.from !== edge.to,
  );
  expect(cross).toMatchObject([{ from: "a", to: "b", lag: 1, sign: 1 }]);
});

it("takes period and unit from a table whose variables are not named, and says so", async () => {
  const rows = shops(6, 30).map(([shop, week, a, b], i) =>
    i === 0 ? ["region", "week", "tv_spend", "sales"] : [shop!, week!, a!, b!],
  );
  const { out, terminal } = await graph(table(rows), "--bootstrap", "0");
  const file = read(out);
  expect(file.data).toEqual({ rows: 180, units: 6, temporal: true });
  expect(file.nodes).toEqual(["tv_spend", "sales"]);
  const text = terminal.out().replace(/\s+/g, " ");
  expect(text).toContain("The table looks like --time week --unit region. If 'sales' is the KPI, --kpi sales says");
  const named = read((await graph(table(rows), "--vars", "tv_spend,sales", "--bootstrap", "0")).out);
  expect(named.data).toEqual({ rows: 180, units: 1, temporal: false });
});

it("cuts histories at gaps, or passes them on to engines of units", async () => {
  const rows = shops();
  rows.splice(31, 2);
  const flags = ["--unit", "shop", "--time", "week", "--vars", "a,b"];
  const cut = read((await graph(table(rows), ...flags, "--engine", "granger", "--bootstrap", "0")).out);
  expect(cut.data.units).toBe(13);
  expect(cut.diagnostics.map(({ code }: { code: string }) => code)).toContain("CUT_AT_GAPS");
  const kept = read((await graph(table(rows), ...flags, "--engine", "granger-vi")).out);
  expect(kept.data).toEqual({ rows: 720, units: 12, temporal: true });
  expect(kept.honesty).toBeNull();
});

it("gives the same graph for a Parquet file as for its CSV", async () => {
  const all = shops(4, 40);
  const [header, ...rows] = all;
  const path = join(root, "shops.parquet");
  const columnData = header!.map((name, c) => {
    const text = c < 2;
    const data = rows.map((row) => (text ? String(row[c]) : Number(row[c])));
    return { name: String(name), data, type: text ? ("STRING" as const) : ("DOUBLE" as const) };
  });
  writeFileSync(path, new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 60 })));
  const out = join(root, "parquet");
  const flags = ["--unit", "shop", "--time", "week", "--vars", "a,b", "--engine", "granger", "--bootstrap", "0"];
  const terminal = createMemoryTerminal();
  expect(await runCli(["graph", path, "--out", out, ...flags], terminal)).toBe(0);
  expect(read(out).edges).toEqual(read((await graph(table(all), ...flags)).out).edges);
});

it("gives each unit a graph, a forecast and a place in the page", async () => {
  const truth = join(root, "truth.json");
  const edges = [{ from: "a", to: "b", lag: 1, weight: 0.8 }];
  const graphs = Object.fromEntries(Array.from({ length: 12 }, (_, shop) => [`s${shop}`, { edges }]));
  writeFileSync(truth, JSON.stringify({ nodes: ["a", "b"], graphs }));
  const { code, out, err } = await graph(
    table(shops()),
    ...["--unit", "shop", "--time", "week", "--vars", "a,b", "--context", "size"],
    ...["--engine", "granger-vi", "--forecast", "4", "--truth", truth],
  );
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const file = read(out);
  expect(graphSchema.safeParse(file).error?.issues).toBeUndefined();
  expect(Object.keys(file.graphs)).toEqual(Array.from({ length: 12 }, (_, shop) => `s${shop}`));
  for (const unit of Object.values<{ edges: { from: string; probability: number }[]; forecast: { periods: string[] } }>(
    file.graphs,
  )) {
    expect(unit.edges.find(({ from }) => from === "a")!.probability).toBeGreaterThan(0.8);
    expect(unit.edges.find(({ from }) => from === "b")!.probability).toBeLessThan(0.5);
    expect(unit.forecast).toMatchObject({
      node: "b",
      periods: ["2025-02-24", "2025-03-03", "2025-03-10", "2025-03-17"],
    });
  }
  expect(file.truth.auroc).toBe(1);
  const page = readFileSync(join(out, "graph.html"), "utf8");
  for (const part of [
    '<select id="unit-choice"',
    "How probable each edge is in each unit",
    "Do the probabilities mean",
  ]) {
    expect(page).toContain(part);
  }
});

it("lists the engines for --engine help and for an unknown id", async () => {
  const terminal = createMemoryTerminal();
  expect(await runCli(["graph", "--engine", "help"], terminal)).toBe(0);
  const { code, err, out } = await graph(table(funnel(20)), "--engine", "lingham");
  expect(code).toBe(2);
  expect(existsSync(out)).toBe(false);
  for (const id of ["order-bic", "lingam", "varlingam", "pcmci+", "notears", "dynotears", "granger-vi"]) {
    expect(terminal.out()).toContain(`  ${id} `);
    expect(err).toContain(` ${id} `);
  }
  expect(
    Math.max(
      ...terminal
        .out()
        .split("\n")
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(80);
});

const week = (rows: (string | number)[][]): (string | number)[][] =>
  rows.map((row, i) => [i === 0 ? "week" : shiftPeriod("2024-01-01", "week", i), ...row]);
const changed = (line: number, column: number, value: string): string => {
  const rows = funnel(60);
  rows[line - 1]![column] = value;
  return table(rows);
};
const added = (name: string, value: (row: (string | number)[]) => string | number): string =>
  table(funnel(60).map((row, i) => [...row, i === 0 ? name : value(row)]));

it.each<[fault: string, csv: string, flags: string[], message: string]>([
  [
    "NaN",
    changed(9, 1, "NaN"),
    [],
    "Error: Column 'search' has no value in row 9; this engine needs every value. at: FILE, row 9, column 'search' fix: Fill the cells,",
  ],
  [
    "infinite",
    changed(9, 1, "Infinity"),
    ["--vars", "*"],
    "Error: Column 'search' holds 'Infinity' in row 9, which is not a number.",
  ],
  [
    "text",
    changed(9, 1, "many"),
    ["--vars", "*"],
    "Error: Column 'search' holds 'many' in row 9, which is not a number. at: FILE, row 9, column 'search'",
  ],
  [
    "constant column",
    added("price", () => 3),
    [],
    "Error: Column 'price' is constant; it can neither cause nor be caused.",
  ],
  ["duplicate columns", added("copy", ([tv]) => tv!), [], "Error: Columns 'tv' and 'copy' carry the same numbers"],
  ["collinear columns", added("sum", ([tv, search]) => Number(tv) + Number(search)), [], "is a linear combination of"],
  [
    "no such column",
    table(funnel(60)),
    ["--vars", "tv,radio"],
    "Error: --vars: no column matches 'radio'; the table has: tv, search, sales.",
  ],
  [
    "no such unit column",
    table(funnel(60)),
    ["--unit", "region"],
    "Error: There is no column 'region'; the table has: tv, search, sales.",
  ],
  [
    "one variable",
    table(funnel(60)),
    ["--vars", "tv"],
    "Error: A graph needs at least 2 variables; only 'tv' was chosen.",
  ],
  ["too few rows", table(funnel(5)), [], "Error: 5 rows for 3 columns; this needs at least 8."],
  [
    "contradiction",
    table(funnel(60)),
    ["--require", "tv > sales", "--forbid", "tv > *"],
    "Error: The edge 'tv → sales' is required, but also forbidden.",
  ],
  [
    "against the tiers",
    table(funnel(60)),
    ["--tiers", "sales; tv", "--require", "tv > sales"],
    "Error: The edge 'tv → sales' is required, but the tiers put its effect before its cause.",
  ],
  [
    "cyclic requirement",
    table(funnel(60)),
    ["--require", "tv > search, search > tv"],
    "Error: The required edges form a cycle:",
  ],
  [
    "no edge",
    table(funnel(60)),
    ["--forbid", "sales"],
    "Error: --forbid: 'sales' is no edge. fix: Write cause > effect,",
  ],
  [
    "KPI among controls",
    table(funnel(60)),
    ["--kpi", "sales", "--controls", "s*"],
    "Error: 'sales' is both --kpi and in --controls.",
  ],
  [
    "order twice",
    table(week(funnel(60))),
    ["--time", "week", "--in-order"],
    "Error: --in-order and --time exclude each other.",
  ],
  [
    "repeated period",
    table(shops()),
    ["--time", "week"],
    "Error: Rows 2 and 62 are both period '2024-01-01'. at: FILE, row 62, column 'week' fix: Name the column that tells them apart with --unit,",
  ],
  [
    "units without time",
    table(shops()),
    ["--engine", "granger-vi", "--unit", "shop", "--vars", "a,b"],
    "Error: These rows are not in time order;",
  ],
  ["lags without time", table(funnel(60)), ["--engine", "pc", "--lags", "2"], "Error: --lags does not apply to 'pc'."],
  [
    "forecast of one graph",
    table(funnel(60)),
    ["--forecast", "3"],
    "Error: --forecast needs an engine with one graph per unit.",
  ],
  [
    "bad count",
    table(funnel(60)),
    ["--bootstrap", "many"],
    "Error: --bootstrap is 'many'; it must be a whole number of at least 0.",
  ],
  [
    "two engines",
    table(funnel(60)),
    ["--engine", "pc,lingam"],
    "Error: --engine is 'pc,lingam'; it must be one engine.",
  ],
  [
    "no constraints file",
    table(funnel(60)),
    ["--constraints", "nowhere.json"],
    "Error: The constraints file 'nowhere.json' cannot be used:",
  ],
])("refuses %s", async (_, csv, flags, message) => {
  const { code, err, out } = await graph(csv, ...flags);
  expect(err).toContain(message);
  expect(code).toBe(2);
  expect(existsSync(out)).toBe(false);
});

it("reports a fault to programs and stays quiet under --quiet", async () => {
  const { terminal } = await graph(changed(9, 1, ""), "--json");
  expect(terminal.events()).toEqual([
    expect.objectContaining({
      event: "error",
      code: "EMPTY_CELL",
      kind: "data",
      exitCode: 2,
      place: expect.objectContaining({ row: 9, column: "search" }),
    }),
  ]);
  const quiet = await graph(table(funnel(60)), "--quiet");
  expect([quiet.code, quiet.terminal.out(), quiet.terminal.err()]).toEqual([0, "", ""]);
});

it("stops at Ctrl-C, keeps the replicates that are done, and ends with the same file as without a stop", async () => {
  const path = join(root, "stopped.csv");
  writeFileSync(path, table(funnel()));
  const folder = join(root, "stopped");
  const command = (out: string) => ["graph", path, "--out", out, "--bootstrap", "300", "--json"];
  const stopped = createMemoryTerminal();
  const running = runCli(command(folder), stopped);
  while (!stopped.out().includes('"phase":"bootstrap"')) await new Promise((resolve) => setTimeout(resolve, 1));
  stopped.interrupt();
  expect(await running).toBe(130);
  expect(readdirSync(folder)).toEqual(["bootstrap.json"]);
  const kept = JSON.parse(readFileSync(join(folder, "bootstrap.json"), "utf8")).tally.replicates.length;
  expect(stopped.err().replace(/\s+/g, " ")).toContain(`Cancelled. ${kept} of 300 resampled data sets are kept in`);

  const resumed = createMemoryTerminal();
  expect(await runCli(command(folder), resumed)).toBe(0);
  const steps = resumed
    .events()
    .filter(({ phase }) => phase === "bootstrap")
    .map(({ step }) => step);
  expect(steps[0]).toBe(kept + 1);
  expect(readdirSync(folder).sort()).toEqual(["graph.html", "graph.json"]);
  const whole = join(root, "whole");
  expect(await runCli(command(whole), createMemoryTerminal())).toBe(0);
  expect(read(folder).edges).toEqual(read(whole).edges);
});

it("does not go on with replicates of other data or another seed", async () => {
  const path = join(root, "other.csv");
  const folder = join(root, "other");
  const checkpoint = join(folder, "bootstrap.json");
  writeFileSync(path, table(funnel(60)));
  const stopped = createMemoryTerminal();
  const running = runCli(["graph", path, "--out", folder, "--bootstrap", "5000", "--json"], stopped);
  while (!stopped.out().includes('"phase":"bootstrap"')) await new Promise((resolve) => setTimeout(resolve, 1));
  stopped.interrupt();
  expect(await running).toBe(130);
  const kept = readFileSync(checkpoint, "utf8");
  const some = String(JSON.parse(kept).tally.replicates.length + 5);
  for (const [csv, seed] of [
    [table(funnel(60)), "2"],
    [changed(9, 1, "3"), "1"],
  ] as const) {
    writeFileSync(path, csv);
    writeFileSync(checkpoint, kept);
    const again = createMemoryTerminal();
    expect(await runCli(["graph", path, "--out", folder, "--bootstrap", some, "--seed", seed, "--json"], again)).toBe(
      0,
    );
    expect(again.events().find(({ phase }) => phase === "bootstrap")!["step"]).toBe(1);
  }
});

it("ships the JSON Schema of graph.json", () => {
  const path = new URL("../../schemas/mmm.graph.v1.schema.json", import.meta.url);
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(JSON.parse(JSON.stringify(graphJsonSchema())));
});
