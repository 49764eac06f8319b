import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, shiftPeriod } from "@mmm/core";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, describe, expect, it } from "vitest";
import { readObservations } from "./observations.js";
import { streamObservations } from "./streamed-observations.js";
import { discoverUnits } from "./unit-discovery.js";

const root = mkdtempSync(join(tmpdir(), "mmm-stream-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

type Row = {
  readonly shop: string;
  readonly week: string;
  readonly a: number;
  readonly b: number;
  readonly size: number;
};

/** Shops in which last week's `a` lifts `b`. */
function shops(count: number, steps = 60): Row[] {
  const random = createRandom(5);
  return Array.from({ length: count }, (_, s) => {
    let before = 0;
    return Array.from({ length: steps }, (_, t): Row => {
      const a = 5 + random.normal();
      const b = 9 + 0.8 * before + 0.5 * random.normal();
      before = a - 5;
      return { shop: `s${s}`, week: shiftPeriod("2024-01-01", "week", t), a, b, size: s % 3 };
    });
  }).flat();
}

let files = 0;
function parquet(rows: readonly Row[], week: (row: Row) => string | number | Date = (row) => row.week): string {
  const path = join(root, `${++files}.parquet`);
  const first = week(rows[0]!);
  const type = typeof first === "number" ? "INT32" : first instanceof Date ? "TIMESTAMP" : "STRING";
  const number = (name: "a" | "b" | "size") => ({ name, data: rows.map((row) => row[name]), type: "DOUBLE" as const });
  const columnData = [
    { name: "shop", data: rows.map(({ shop }) => shop), type: "STRING" as const },
    { name: "week", data: rows.map(week), type: type as "STRING" },
    ...(["a", "b", "size"] as const).map(number),
  ];
  writeFileSync(path, new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 100 })));
  return path;
}

const flags = { unit: "shop", time: "week", vars: "a,b", context: "size" };
const code = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "none",
    (error: { code?: string }) => error.code ?? "other",
  );

describe("streamed observations", () => {
  it("give the graphs, forecasts and labels of the file read whole, gaps included", async () => {
    const rows = shops(5, 40);
    rows.splice(130, 2);
    const path = parquet(rows);
    const streamed = (await streamObservations(path, flags, 0))!;
    const whole = await readObservations(path, flags, { allowMissing: true });
    expect(streamed.data.rows).toBe(rows.length);
    expect([streamed.variables, streamed.context]).toEqual([whole.variables, whole.context]);
    const options = { seed: 1, constraints: undefined, forecast: 3, target: "b" };
    const [ours, theirs] = [
      await discoverUnits("granger-vi", streamed, options, {}),
      await discoverUnits("granger-vi", whole, options, {}),
    ];
    expect(ours).toEqual(theirs);
    expect(ours.units).toHaveLength(5);
    expect(ours.units[2]!.forecast!.periods.slice(-3)).toEqual(["2024-10-07", "2024-10-14", "2024-10-21"]);
  });

  it.each<[name: string, week: (row: Row) => string | number | Date, labels: string[]]>([
    ["whole numbers", ({ week }) => (Date.parse(week) - Date.parse("2024-01-01")) / (7 * 864e5), ["0", "1", "2"]],
    ["dates", ({ week }) => new Date(week), ["2024-01-01", "2024-01-08", "2024-01-15"]],
    [
      "months",
      ({ week }) => shiftPeriod("2023-11-30", "month", (Date.parse(week) - Date.parse("2024-01-01")) / (7 * 864e5)),
      ["2023-11-30", "2023-12-30", "2024-01-30"],
    ],
  ])("count periods that are %s", async (_, week, labels) => {
    const { stream } = (await streamObservations(parquet(shops(2, 30), week), flags, 0))!;
    const start = stream!.firstStep.get("s1")!;
    expect([0, 1, 2].map((step) => stream!.label(start + step))).toEqual(labels);
    const steps: unknown[] = [];
    for await (const { columns } of stream!.open()) steps.push(...columns["week"]!);
    expect(steps.slice(0, 30)).toEqual(Array.from({ length: 30 }, (_, t) => start + t));
  });

  it("are left to be read whole when rows are not sorted, the file is small, or keys are not named", async () => {
    const rows = shops(3, 20);
    const path = parquet(createRandom(1).shuffle(rows));
    expect(await streamObservations(path, flags, 0)).toBeNull();
    expect(await streamObservations(parquet(rows), flags)).toBeNull();
    expect(await streamObservations(parquet(rows), { unit: "shop" }, 0)).toBeNull();
  });

  it("refuse what cannot be meant", async () => {
    const rows = shops(2, 20);
    const odd = (week: string) => parquet(rows.map((row, i) => (i === 7 ? { ...row, week } : row)));
    expect(await code(streamObservations(odd("in May"), flags, 0))).toBe("BAD_PERIOD");
    expect(await code(streamObservations(odd("2024-02-21"), flags, 0))).toBe("UNEVEN_PERIODS");
    expect(await code(streamObservations(parquet(rows), { ...flags, vars: "a" }, 0))).toBe("TOO_FEW_COLUMNS");
    expect(await code(streamObservations(parquet(rows), { ...flags, vars: "a,radio" }, 0))).toBe("NO_SUCH_COLUMN");
    expect(await code(streamObservations(parquet(rows), { ...flags, unit: "region" }, 0))).toBe("NO_SUCH_COLUMN");
  });
});
