// What a reader should see before believing a graph. The numbers come from `honestyPanel` of @mmm/causal, whose result
// fits the structural type here.

import { chartTable } from "../chart/chart.js";
import { counted } from "../chart/context.js";
import { someWords } from "../chart/labels.js";
import { createFormat, type Format } from "../format/format.js";
import type { PageBlock, PageSection, Tile } from "../html/blocks.js";

export interface HonestyView {
  /** Part of the found order that sorting by variance gives, in 0 … 1; not finite or null without same-period edges. */
  readonly varsortability: number | null;
  readonly r2Sortability: number | null;
  /** Null when the test was not run. */
  readonly rescaling: {
    readonly runs: number;
    readonly changed: readonly {
      readonly from: string;
      readonly to: string;
      readonly lag: number;
      readonly share: number;
    }[];
  } | null;
  /** Mean number of marks in which a naive method's same-period graph differs from the found one. */
  readonly yardsticks: readonly {
    readonly id: string;
    readonly distance: number;
    readonly truth?: { readonly shd: number; readonly auroc: number } | null;
  }[];
  readonly nonGaussianity: {
    readonly significance: number;
    readonly rejecting: number;
    readonly perColumn: readonly { readonly column: string }[];
    readonly recommendsLingam: boolean;
  } | null;
  /** Null for graphs of the past alone, where the test does not apply. */
  readonly hiddenCauses: readonly { readonly columns: readonly string[]; readonly gain: number }[] | null;
}

const yardstickNames: Readonly<Record<string, readonly [name: string, meaning: string]>> = {
  randsort: ["Random order", "regress every variable on those before it in an order drawn by lot"],
  varsort: ["Order by variance", "the same with the order read off the variances, which only units of measure set"],
  r2sort: ["Order by R²", "the same with the order read off how well each variable is explained by all others"],
};

/**
 * The honesty panel of a graph as a section: sortability, change of units, naive methods, noise, hidden causes.
 *
 * @param scaleInvariant whether the engine claims not to read the units of measure
 */
export function honestySection(
  panel: HonestyView,
  { scaleInvariant, format = createFormat() }: { readonly scaleInvariant: boolean; readonly format?: Format },
): PageSection {
  const tiles: Tile[] = [
    {
      label: "Order given away by variance",
      value: part(panel.varsortability, format),
      note: sortNote(
        panel.varsortability,
        scaleInvariant ? "harmless here: the engine ignores scale" : "near 100% or 0% is suspect",
      ),
    },
    {
      label: "Order given away by R²",
      value: part(panel.r2Sortability, format),
      note: sortNote(panel.r2Sortability, "50% says nothing; near 100% is easy data"),
    },
    rescalingTile(panel.rescaling),
    noiseTile(panel.nonGaussianity, format),
    hiddenTile(panel.hiddenCauses, format),
  ];
  const blocks: PageBlock[] = [{ kind: "tiles", tiles }];
  if (panel.yardsticks.length > 0) blocks.push(yardstickTable(panel.yardsticks));
  const changed = panel.rescaling?.changed ?? [];
  if (changed.length > 0) {
    blocks.push({
      kind: "table",
      title: "Marks that depend on the units of measure",
      description:
        "Each appeared, went or turned round in some of the runs with rescaled columns. Do not rely on them.",
      table: chartTable(
        [
          ["From", "text"],
          ["To", "text"],
          ["Lag", "number"],
          ["Runs that differ", "percent"],
        ],
        changed.slice(0, 20).map(({ from, to, lag, share }) => [from, to, lag, share]),
      ),
    });
  }
  return {
    id: "honesty",
    title: "May it be believed?",
    short: "Honesty",
    lead: "A graph can look convincing because of the units of measure, or because almost any order of the variables would do. These checks ask.",
    blocks,
  };
}

const given = (value: number | null): value is number => value !== null && Number.isFinite(value);

const part = (value: number | null, format: Format): string => (given(value) ? format.value(value, "percent") : "–");

const sortNote = (value: number | null, note: string): string => (given(value) ? note : "no same-period edge to sort");

function rescalingTile(rescaling: HonestyView["rescaling"]): Tile {
  const label = "Changed by other units";
  if (!rescaling) return { label, value: "–", note: "not run" };
  return {
    label,
    value: counted(rescaling.changed.length, "mark"),
    note: `in ${counted(rescaling.runs, "run")} with columns rescaled by up to 1,000`,
  };
}

function noiseTile(test: HonestyView["nonGaussianity"], format: Format): Tile {
  const label = "Residuals not Gaussian";
  if (!test) return { label, value: "–", note: "not tested" };
  return {
    label,
    value: `${test.rejecting} of ${test.perColumn.length}`,
    note: `p ${test.significance < 0.001 ? "< 0.001" : `= ${format.value(test.significance, "decimal")}`}; ${test.recommendsLingam ? "directions can be read from their shape" : "their shape cannot tell directions"}`,
  };
}

function hiddenTile(signs: HonestyView["hiddenCauses"], format: Format): Tile {
  const label = "Signs of a hidden cause";
  if (!signs) return { label, value: "–", note: "the test needs same-period edges" };
  const note = signs[0] ? `behind ${someWords(signs[0].columns)}` : "none found, which proves nothing";
  return { label, value: format.value(signs.length, "number"), note };
}

function yardstickTable(yardsticks: HonestyView["yardsticks"]): PageBlock {
  const known = yardsticks.some(({ truth }) => truth);
  return {
    kind: "table",
    title: "How far naive methods are from this graph",
    description:
      "Same-period marks that differ. If a random order comes close, the order carries little information; if sorting comes close, so might anyone.",
    table: chartTable(
      [
        ["Method", "text"],
        ["Differs in", "ratio"],
        ...(known
          ? ([
              ["Wrong marks against the truth", "ratio"],
              ["AUROC against the truth", "decimal"],
            ] as const)
          : []),
        ["What it does", "text"],
      ],
      yardsticks.map(({ id, distance, truth }) => {
        const [name, meaning] = yardstickNames[id] ?? [id, ""];
        return [name, distance, ...(known ? [truth?.shd ?? null, truth?.auroc ?? null] : []), meaning];
      }),
    ),
  };
}
