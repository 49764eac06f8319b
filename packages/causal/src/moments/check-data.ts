// Refuse data no engine can work with, in words that name the column and the row.

import { type CausalData, type Diagnostic, dataError } from "@mmm/core";
import { pivotedDependence } from "./dependence.js";
import { type Moments, momentsOf } from "./moments.js";

export interface DataRequirements {
  /** Fewest rows per column; an engine that regresses on all columns at once needs more than one. Default 0. */
  readonly rowsPerColumn?: number;
  /** Default 8. */
  readonly minimumRows?: number;
}

/**
 * Moments of data that passed every check.
 *
 * Refused: wrong shape, NaN or infinite values, constant columns, columns that copy one another (up to shift and
 * scale) or are a linear combination of others, too few rows. With units, columns are centred within each unit, so
 * "constant" means constant within every unit.
 *
 * @throws MmmError `SHAPE`, `NOT_FINITE`, `CONSTANT_COLUMN`, `DUPLICATE_COLUMNS`, `COLLINEAR_COLUMNS`, `TOO_FEW_ROWS`
 */
export function checkedMoments(data: CausalData, requirements: DataRequirements = {}): Moments {
  checkShape(data);
  checkFinite(data);
  checkRows(data, requirements);
  const moments = momentsOf(data);
  for (let j = 0; j < moments.size; j++) {
    if (!(moments.scale[j]! > 1e-12 * moments.magnitude[j]!)) {
      const within = (data.unitOffsets?.length ?? 0) > 2 ? " within every unit" : "";
      throw dataError(
        "CONSTANT_COLUMN",
        `Column '${data.columns[j]}' is constant${within}; it can neither cause nor be caused.`,
        "Leave it out.",
        { column: data.columns[j]! },
      );
    }
  }
  const copy = findCopy(moments);
  if (copy) {
    const [first, second] = copy.map((node) => data.columns[node]);
    throw dataError(
      "DUPLICATE_COLUMNS",
      `Columns '${first}' and '${second}' carry the same numbers (up to shift and scale); no method can tell them apart.`,
      "Keep one of them.",
      { column: second! },
    );
  }
  if (moments.rows > moments.size + 1) {
    const dependence = pivotedDependence(moments.correlation, moments.size);
    if (dependence) {
      throw dataError(
        "COLLINEAR_COLUMNS",
        `Column '${data.columns[dependence.node]}' is a linear combination of ${dependence.others
          .map((node) => `'${data.columns[node]}'`)
          .join(", ")}.`,
        "Leave out a total or one of its parts.",
        { column: data.columns[dependence.node]! },
      );
    }
  }
  return moments;
}

/** Warnings about data that can be used with care. */
export function dataDiagnostics(moments: Moments): Diagnostic[] {
  if (moments.rows >= 5 * moments.size) return [];
  return [
    {
      severity: "warning",
      code: "FEW_ROWS",
      message: `${moments.rows} independent rows for ${moments.size} columns: parents per node are capped and edges are unsure.`,
      fix: "Add periods or units, leave columns out, or state what is known as constraints.",
    },
  ];
}

function checkShape(data: CausalData): void {
  const size = data.columns.length;
  if (data.values.length !== data.rows * size) {
    throw dataError(
      "SHAPE",
      `${data.rows} rows × ${size} columns need ${data.rows * size} values; there are ${data.values.length}.`,
    );
  }
  if (new Set(data.columns).size !== size) {
    const twice = data.columns.find((name, position) => data.columns.indexOf(name) !== position)!;
    throw dataError("DUPLICATE_COLUMN", `Two columns are named '${twice}'.`, "Rename one of them.", { column: twice });
  }
  if (size < 2) {
    throw dataError("TOO_FEW_COLUMNS", `A graph needs at least 2 columns; there are ${size}.`, "Add columns.");
  }
  const offsets = data.unitOffsets;
  if (
    offsets &&
    (offsets[0] !== 0 || offsets.at(-1) !== data.rows || offsets.some((at, k) => k > 0 && at < offsets[k - 1]!))
  ) {
    throw dataError(
      "SHAPE",
      `unitOffsets must rise from 0 to the number of rows (${data.rows}); got ${offsets.join(", ")}.`,
    );
  }
}

function checkFinite(data: CausalData): void {
  const at = data.values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  const column = data.columns[at % data.columns.length]!;
  throw dataError(
    "NOT_FINITE",
    `Column '${column}' is ${data.values[at]} in row ${Math.floor(at / data.columns.length) + 1}; every value must be a finite number.`,
    "Fill or drop the row before discovery.",
    { column, row: Math.floor(at / data.columns.length) + 1 },
  );
}

function checkRows(data: CausalData, { rowsPerColumn = 0, minimumRows = 8 }: DataRequirements): void {
  const least = Math.max(minimumRows, Math.ceil(rowsPerColumn * data.columns.length) + 1);
  if (data.rows >= least) return;
  throw dataError(
    "TOO_FEW_ROWS",
    `${data.rows} rows for ${data.columns.length} columns; this needs at least ${least}.`,
    "Add periods or units, leave columns out, or use an engine for short data such as 'order-bic'.",
  );
}

function findCopy(moments: Moments): [number, number] | null {
  for (let i = 0; i < moments.size; i++) {
    for (let j = i + 1; j < moments.size; j++) {
      if (Math.abs(moments.correlation[i * moments.size + j]!) > 1 - 1e-12) return [i, j];
    }
  }
  return null;
}
