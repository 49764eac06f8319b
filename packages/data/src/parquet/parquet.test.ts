import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, describe, expect, it } from "vitest";
import { loadPanelFile, openPanel, openTable, streamParquet } from "../node.js";
import { loadPanel } from "../panel/load-panel.js";
import { toCsv } from "../table/write-csv.js";
import { parquetBlocks } from "./parquet-blocks.js";
import { readParquetTable } from "./parquet-table.js";

const directory = mkdtempSync(join(tmpdir(), "mmm-parquet-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const weeks = Array.from({ length: 30 }, (_, w) => new Date(Date.UTC(2023, 0, 1 + 7 * (w >> 1))));
const columnData = [
  { name: "week", data: weeks, type: "TIMESTAMP" as const },
  { name: "region", data: weeks.map((_, w) => (w % 2 === 0 ? "north" : "south")), type: "STRING" as const },
  { name: "tv_spend", data: weeks.map((_, w) => (w % 3 === 0 ? null : 10.5 + w)), type: "DOUBLE" as const },
  { name: "sales", data: weeks.map((_, w) => BigInt(100 + w)), type: "INT64" as const },
];
const bytes = (rowGroupSize = 1000) => new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize }));
const write = (name: string, content: Uint8Array | string): string => {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
};

describe("Parquet", () => {
  it("gives the table its CSV would give", async () => {
    const table = await readParquetTable(bytes());
    expect(table.columns.map(({ name }) => name)).toEqual(["week", "region", "tv_spend", "sales"]);
    expect(table.rows).toBe(30);
    expect(table.columns.map(({ cells }) => cells.slice(0, 2))).toEqual([
      ["2023-01-01", "2023-01-01"],
      ["north", "south"],
      ["", "11.5"],
      ["100", "101"],
    ]);
    const options = { date: "week", kpi: "sales", geo: "region", media: "tv_spend", emptyCells: "zero" } as const;
    const csv = loadPanel(toCsv(table), options);
    const parquet = await openPanel(write("sales.bin", bytes()), options);
    expect(parquet.panel).toEqual(csv.panel);
  });

  it("opens CSV by the same door", async () => {
    const path = write("sales.csv", "week,tv,sales\n2024-01-01,1,2\n2024-01-08,3,4\n");
    expect((await openTable(path)).columns[1]).toEqual({ name: "tv", cells: ["1", "3"] });
  });

  it("streams one row group at a time, only the columns asked for", async () => {
    const path = write("groups.parquet", bytes(12));
    const seen: [number, number][] = [];
    const sales: unknown[] = [];
    for await (const { firstRow, rows, columns } of streamParquet(path, ["sales"])) {
      seen.push([firstRow, rows]);
      expect(Object.keys(columns)).toEqual(["sales"]);
      sales.push(...columns["sales"]!);
    }
    expect(seen).toEqual([
      [0, 12],
      [12, 12],
      [24, 6],
    ]);
    expect(sales.map(Number)).toEqual(weeks.map((_, w) => 100 + w));
  });

  it("never holds more than a row group and the footer", async () => {
    const whole = bytes(5).buffer;
    let largest = 0;
    const slice = (start: number, end?: number) => {
      const part = whole.slice(start, end);
      if (start > 4) largest = Math.max(largest, part.byteLength);
      return part;
    };
    const blocks = parquetBlocks({ byteLength: whole.byteLength, slice }, { columns: ["sales"] });
    await blocks.next();
    largest = 0;
    await blocks.next();
    await blocks.return(undefined);
    expect(largest).toBeGreaterThan(0);
    expect(largest).toBeLessThan(whole.byteLength / 3);
  });

  it("says what is wrong", async () => {
    const path = write("whole.parquet", bytes());
    expect(() => loadPanelFile(path)).toThrow(/is a Parquet file/);
    await expect(openTable(join(directory, "none.parquet"))).rejects.toThrow(/there is no such file/);
    await expect(openTable(write("cut.parquet", bytes().slice(0, 200)))).rejects.toThrow(
      /The Parquet file cannot be read/,
    );
    const missing = async () => {
      for await (const _ of streamParquet(path, ["gmv"])) return;
    };
    await expect(missing()).rejects.toThrow("There is no column 'gmv'; the file has: week, region, tv_spend, sales.");
    const nested = parquetWriteBuffer({ columnData: [{ name: "tags", data: [["a"], ["b"]] }] });
    await expect(readParquetTable(new Uint8Array(nested))).rejects.toThrow(/Column 'tags' holds lists or records/);
    const empty = parquetWriteBuffer({ columnData: [{ name: "a", data: [], type: "DOUBLE" }] });
    await expect(readParquetTable(new Uint8Array(empty))).rejects.toThrow("The file has no data rows.");
  });
});
