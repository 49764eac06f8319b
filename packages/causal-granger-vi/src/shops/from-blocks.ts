// Shops out of a stream of table rows: the way from Parquet, SQL or any other reader to the engine, one shop at a time.

import { dataError, type MmmError } from "@mmm/core";
import type { Shop, ShopLayout } from "./shop.js";

/** Some rows of a table, by column; `parquetBlocks` and `streamParquet` of `@mmm/data` give such blocks. */
export interface RowBlock {
  readonly rows: number;
  readonly columns: Readonly<Record<string, readonly unknown[]>>;
}

export interface BlockColumns {
  /** Column that names the shop. Rows of a shop must follow each other. */
  readonly unit: string;
  /**
   * Column of the step, ascending within a shop. Whole numbers that skip leave missing steps; dates and text are only
   * checked for order. Without it rows are taken as consecutive.
   */
  readonly time?: string;
  /** Shops handed on together. Default 250. */
  readonly blockShops?: number;
}

/**
 * A source of shops over a stream of rows; memory holds the rows of one block and `blockShops` shops.
 *
 * @param open opens the stream from its start; called once for learning and once for scoring
 * @returns a source for `learnGraphs` and `scoreShops`
 * @throws MmmError while it is read: `MISSING_COLUMN`, `UNIT_SCATTERED`, `TIME_ORDER`, `NOT_A_NUMBER`, `CONTEXT`
 * @example
 * const source = shopsFromBlocks(() => streamParquet("shops.parquet"), layout, { unit: "shop", time: "week" });
 * const model = await learnGraphs(source, layout);
 */
export function shopsFromBlocks(
  open: () => AsyncIterable<RowBlock>,
  layout: ShopLayout,
  { unit, time, blockShops = 250 }: BlockColumns,
): () => AsyncIterable<readonly Shop[]> {
  const { nodes, contextNames = [] } = layout;
  const needed = [unit, ...(time === undefined ? [] : [time]), ...nodes, ...contextNames];
  return async function* () {
    const done = new Set<string>();
    let ready: Shop[] = [];
    let current = null as { unit: string; values: number[]; context: number[]; last: unknown } | null;
    let row = 0;
    const fail = (code: string, message: string, fix: string, column?: string): MmmError =>
      dataError(code, message, fix, { row: row + 1, ...(column !== undefined && { column }) });
    const finish = (): void => {
      if (!current) return;
      const { context } = current;
      const values = Float64Array.from(current.values);
      ready.push(contextNames.length > 0 ? { unit: current.unit, values, context } : { unit: current.unit, values });
      done.add(current.unit);
    };
    const number = (value: unknown, column: string): number => {
      if (value === null || value === undefined || value === "") return Number.NaN;
      const read = typeof value === "boolean" || value instanceof Date ? Number.NaN : Number(value);
      if (!Number.isNaN(read) || (typeof value === "number" && Number.isNaN(value))) return read;
      throw fail(
        "NOT_A_NUMBER",
        `Column '${column}' holds '${String(value)}' in row ${row + 1}.`,
        "Correct the cell, empty it, or leave the column out.",
        column,
      );
    };
    for await (const { rows, columns } of open()) {
      const absent = needed.find((name) => columns[name] === undefined);
      if (absent !== undefined) {
        throw dataError(
          "MISSING_COLUMN",
          `There is no column '${absent}'; the rows have: ${Object.keys(columns).join(", ")}.`,
          "Correct the name, or add the column.",
        );
      }
      for (let i = 0; i < rows; i++, row++) {
        const name = String(columns[unit]![i] ?? "");
        if (current?.unit !== name) {
          finish();
          if (done.has(name)) {
            throw fail(
              "UNIT_SCATTERED",
              `Row ${row + 1} returns to shop '${name}' after rows of others.`,
              `Sort the file by '${unit}'${time === undefined ? "" : ` and '${time}'`}.`,
              unit,
            );
          }
          const context = contextNames.map((column) => number(columns[column]![i], column));
          current = { unit: name, values: [], context, last: null };
          if (ready.length >= blockShops) {
            yield ready;
            ready = [];
          }
        }
        const step = time === undefined ? null : columns[time]![i];
        if (current.last !== null && step !== null) {
          if (!((step as number) > (current.last as number))) {
            throw fail(
              "TIME_ORDER",
              `Row ${row + 1} of shop '${name}' is at '${String(step)}', not after '${String(current.last)}'.`,
              `Sort the file by '${unit}' and '${time}', one row per step.`,
              time,
            );
          }
          const gap = typeof step === "number" || typeof step === "bigint" ? Number(step) - Number(current.last) : 1;
          for (let k = 1; k < Math.round(gap); k++) for (const _ of nodes) current.values.push(Number.NaN);
        }
        current.last = step;
        for (const node of nodes) current.values.push(number(columns[node]![i], node));
        contextNames.forEach((column, c) => {
          if (number(columns[column]![i], column) === current!.context[c]) return;
          throw fail(
            "CONTEXT",
            `Context '${column}' changes within shop '${name}' in row ${row + 1}.`,
            "Use it as a node, or give one value per shop.",
            column,
          );
        });
      }
    }
    finish();
    if (ready.length > 0) yield ready;
  };
}
