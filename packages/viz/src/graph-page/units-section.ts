import { createFormat, type Format } from "../format/format.js";
import { clusterNetworks, unitEdgeHeatmap } from "../graph-charts/unit-charts.js";
import { compactUnits, type UnitGraphs } from "../graph-charts/unit-graphs.js";
import type { PageBlock, PageSection } from "../html/blocks.js";

const mostUnits = 1000;

/**
 * Graphs of many units as a section: one network per cluster, all units as a heat map, and a picker of units.
 *
 * @param label what a unit is called
 */
export function unitsSection(
  units: UnitGraphs,
  { label = "Unit", format = createFormat() }: { readonly label?: string; readonly format?: Format } = {},
): PageSection {
  const blocks: PageBlock[] = [];
  if (units.clusters.length > 1) {
    blocks.push({
      kind: "gallery",
      title: "Clusters of units",
      description:
        "Units of a cluster share most of their graph. A cluster's edge is drawn when most of its units have it.",
      legend: [
        { label: "raises", mark: "line", color: "positive" },
        { label: "lowers", mark: "line", color: "negative" },
      ],
      charts: clusterNetworks(units, format),
    });
  }
  const heatmap = unitEdgeHeatmap(units, format);
  if (heatmap) blocks.push({ kind: "chart", chart: heatmap });
  blocks.push({ kind: "unit-picker", label, units: compactUnits(units, mostUnits) });
  const count = units.units.length;
  const left =
    count > mostUnits
      ? ` The list has the first ${format.value(mostUnits, "number")}; the others are in the data file.`
      : "";
  const groups =
    units.clusters.length > 1
      ? `${units.clusters.length} clusters of similar units were found.`
      : "No clusters were found.";
  return {
    id: "units",
    title: "Unit by unit",
    short: "Units",
    lead: `Each of the ${format.value(count, "number")} units has its own graph; units learn from each other where their data are alike. ${groups}${left}`,
    blocks,
  };
}
