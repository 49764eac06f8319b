import type { FitView } from "@mmm/model";
import { type ChartTable, chartTable } from "../chart/chart.js";

type DataQuality = FitView["dataQuality"];

/** One row per column of the data: role, range, zeros, outliers. */
export function columnTable(quality: DataQuality): ChartTable {
  return chartTable(
    [
      ["Column", "text"],
      ["Role", "text"],
      ["Lowest", "number"],
      ["Mean", "number"],
      ["Highest", "number"],
      ["Zeros", "percent"],
      ["Outliers", "number"],
    ],
    quality.columns.map(({ name, role, minimum, mean, maximum, zeroShare, outliers }) => [
      name,
      role,
      minimum,
      mean,
      maximum,
      zeroShare,
      outliers,
    ]),
  );
}
