// The data of `mmm demo`: twenty regions over two years, with a truth to compare with.

import { createTable, type SimulationTruth, simulatePanel, type Table } from "@mmm/data";

/** What one sale earns; it turns contributions into returns on spend. */
export const revenuePerSale = 40;

const channels = ["tv", "search", "social", "radio", "display", "print"].map((name) => `${name}_spend`);

/** A table as a company would have it, and the truth behind it. */
export function simulateSales(seed: number): { readonly table: Table; readonly truth: SimulationTruth } {
  const { table, truth } = simulatePanel({ channels }, seed);
  const columns = table.columns.map(({ name, cells }) => [name === "y" ? "sales" : name, cells] as const);
  const revenue = new Array<number>(table.rows).fill(revenuePerSale);
  return { table: createTable({ ...Object.fromEntries(columns), revenue_per_sale: revenue }), truth };
}
