import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { usageError } from "@mmm/core";
import type { Plan } from "@mmm/optimizer";
import { planSchema } from "../plan-schema/plan-schema.js";

/**
 * The plan at `path`; without one, the `plan.json` that stands in the fit directory, or null.
 *
 * @throws MmmError `NOT_A_PLAN` when the file is no plan of this version
 */
export function readPlanFile(directory: string, path: string | undefined): Plan | null {
  const own = path ?? join(directory, "plan.json");
  if (path === undefined && !existsSync(own)) return null;
  const fail = (why: string) =>
    usageError("NOT_A_PLAN", `'${own}' is not a plan: ${why}.`, "Give the plan.json that `mmm optimize` wrote.");
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(own, "utf8"));
  } catch (cause) {
    throw fail((cause as Error).message);
  }
  const { data, error } = planSchema.safeParse(json);
  if (error) {
    const [first] = error.issues;
    throw fail(`${first?.path.join(".") || "file"}: ${first?.message ?? "unknown"}`);
  }
  return data;
}
