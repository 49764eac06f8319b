import { createTable, type Table } from "@mmm/data";
import type { Forecast } from "./types.js";

/**
 * A forecast as a table, one row per unit and period: `unit`, `period`, `predicted`, `lower`, `upper`, `baseline`, and
 * `contribution_NAME` with `_lower` and `_upper` per channel.
 *
 * @example writeFileSync("forecast.csv", toCsv(forecastTable(forecast(fit, plan))));
 */
export function forecastTable({ cells, channels }: Forecast): Table {
  const media = channels.flatMap(({ name }, c) => [
    [`contribution_${name}`, cells.map(({ contributions }) => contributions[c]!.mean)],
    [`contribution_${name}_lower`, cells.map(({ contributions }) => contributions[c]!.lower)],
    [`contribution_${name}_upper`, cells.map(({ contributions }) => contributions[c]!.upper)],
  ]);
  return createTable({
    unit: cells.map(({ unit }) => unit),
    period: cells.map(({ period }) => period),
    predicted: cells.map(({ predicted }) => predicted.mean),
    lower: cells.map(({ predicted }) => predicted.lower),
    upper: cells.map(({ predicted }) => predicted.upper),
    baseline: cells.map(({ baseline }) => baseline),
    ...Object.fromEntries(media),
  });
}
