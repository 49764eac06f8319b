// The files of a fit directory: the fit itself as `loadFit` of @mmm/model reads it, with its prediction as `model.onnx`,
// `result.json` for programs, `contributions.csv` by period and by unit,
// `view.json` from which the report can be drawn again, and `report.html` for people.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { usageError } from "@mmm/core";
import { toCsv } from "@mmm/data";
import { writeFilesAtomic } from "@mmm/data/node";
import { attribute, attributionTable, type Fit, type FitView, scenarioModel } from "@mmm/model";
import { fitDirectory } from "@mmm/model/node";
import { renderReport, type ValidationView } from "@mmm/viz";
import { resultSchema } from "../result-schema/result-schema.js";

const viewSchemaId = "mmm.view/v1";

/** Write all files of a fit, or none. Returns their names. */
export function writeFitFiles(
  directory: string,
  fit: Fit,
  view: FitView,
  more: Readonly<Record<string, string>> = {},
): string[] {
  const files = {
    ...more,
    ...fitDirectory(fit),
    "result.json": `${JSON.stringify(view.result, null, 2)}\n`,
    "contributions.csv": toCsv(attributionTable(attribute(fit))),
    "view.json": `${JSON.stringify({ schema: viewSchemaId, ...view })}\n`,
    "report.html": renderReport(view, { whatIf: scenarioModel(fit) }),
  };
  writeFilesAtomic(directory, files);
  return Object.keys(files);
}

/** What `mmm validate` wrote into a fit directory, or undefined. Throws `BAD_VALIDATION` when it cannot be read. */
export function readValidation(directory: string): ValidationView | undefined {
  const path = join(directory, "validation.json");
  if (!existsSync(path)) return undefined;
  try {
    const json = JSON.parse(readFileSync(path, "utf8")) as ValidationView & { readonly schema?: unknown };
    if (json.schema === "mmm.validation/v1") return json;
  } catch {
    // Said below.
  }
  throw usageError(
    "BAD_VALIDATION",
    `'${path}' is not what \`mmm validate\` writes (schema mmm.validation/v1).`,
    "Write it again with `mmm validate DATA --out FIT_DIR`, or take it away.",
  );
}

/**
 * The view of a fit directory.
 *
 * @throws MmmError `NOT_A_FIT` when the directory has no `view.json` of this version
 */
export function readFitView(directory: string): FitView {
  const path = join(directory, "view.json");
  const fail = (why: string) =>
    usageError(
      "NOT_A_FIT",
      `'${directory}' is not a fit directory: ${why}.`,
      "Give the --out directory of `mmm fit` or `mmm demo`.",
    );
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw fail("it has no readable view.json");
  }
  let json: { readonly schema?: unknown; readonly result?: unknown } | null;
  try {
    json = JSON.parse(text);
  } catch {
    throw fail("its view.json is not JSON");
  }
  if (json?.schema !== viewSchemaId) {
    throw fail(`the schema of its view.json is '${json?.schema ?? "missing"}', not '${viewSchemaId}'`);
  }
  if (!resultSchema.safeParse(json.result).success) throw fail("the result in its view.json is not complete");
  const { schema: _, ...view } = json;
  return view as unknown as FitView;
}
