// What is known beforehand, from flags and from a file.

import { readFileSync } from "node:fs";
import { marketingConstraints } from "@mmm/causal";
import { type CausalConstraints, usageError } from "@mmm/core";
import { selectColumns } from "@mmm/data";
import { z } from "zod";

export interface ConstraintFlags {
  /** `a,b; c*; d`: earlier tiers may cause later ones. */
  readonly tiers?: string;
  /** `a > b, c > *` */
  readonly require?: string;
  readonly forbid?: string;
  readonly kpi?: string;
  readonly controls?: string;
  readonly constraints?: string;
}

const pair = z.tuple([z.string(), z.string()]);
const fileSchema = z.strictObject({
  tiers: z.array(z.array(z.string())).optional(),
  required: z.array(pair).optional(),
  forbidden: z.array(pair).optional(),
});

/**
 * All constraints together; undefined when nothing is known. Names may be globs.
 *
 * @throws MmmError `BAD_CONSTRAINT`, `BAD_CONSTRAINTS_FILE`, `NO_SUCH_COLUMN`
 */
export function readConstraints(flags: ConstraintFlags, variables: readonly string[]): CausalConstraints | undefined {
  const file = flags.constraints === undefined ? {} : readFile(flags.constraints);
  const columns = (patterns: string | readonly string[], option: string): string[] =>
    selectColumns(patterns, variables, option).map(({ column }) => column);
  const kpi = flags.kpi === undefined ? [] : columns(flags.kpi, "--kpi");
  const controls = flags.controls === undefined ? [] : columns(flags.controls, "--controls");
  const both = kpi.find((name) => controls.includes(name));
  if (both !== undefined) {
    throw usageError(
      "BAD_CONSTRAINT",
      `'${both}' is both --kpi and in --controls.`,
      "A control has no causes here; the KPI has.",
    );
  }
  const media = variables.filter((name) => !kpi.includes(name) && !controls.includes(name));
  const preset = kpi.length + controls.length > 0 ? marketingConstraints({ kpi, media, controls }) : {};
  const tiers = flags.tiers?.split(";").map((tier) => columns(tier, "--tiers")) ?? file.tiers;
  const required = [...(file.required ?? []), ...edges(flags.require, "--require", columns)];
  const forbidden = [
    ...(preset.forbidden ?? []),
    ...(file.forbidden ?? []),
    ...edges(flags.forbid, "--forbid", columns),
  ];
  if (!tiers && required.length === 0 && forbidden.length === 0) return undefined;
  return {
    ...(tiers && { tiers }),
    ...(required.length > 0 && { required }),
    ...(forbidden.length > 0 && { forbidden }),
  };
}

function edges(
  text: string | undefined,
  option: string,
  columns: (patterns: readonly string[], option: string) => string[],
): [string, string][] {
  if (text === undefined) return [];
  return text.split(",").flatMap((entry) => {
    const sides = entry.split(">").map((side) => side.trim());
    if (sides.length !== 2 || sides.includes("")) {
      throw usageError(
        "BAD_CONSTRAINT",
        `${option}: '${entry.trim()}' is no edge.`,
        `Write cause > effect, several separated by commas: ${option} 'tv > search, sales > *'.`,
      );
    }
    const [from, to] = sides.map((side) => columns([side], option)) as [string[], string[]];
    const wildcard = from.length > 1 || to.length > 1;
    return from.flatMap((cause) =>
      to.flatMap((effect): [string, string][] => (wildcard && cause === effect ? [] : [[cause, effect]])),
    );
  });
}

function readFile(path: string): CausalConstraints {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw badFile(path, (cause as Error).message);
  }
  const { data, error } = fileSchema.safeParse(json);
  if (error)
    throw badFile(path, error.issues.map(({ path: keys, message }) => `${keys.join(".")}: ${message}`).join("; "));
  return {
    ...(data.tiers && { tiers: data.tiers }),
    ...(data.required && { required: data.required }),
    ...(data.forbidden && { forbidden: data.forbidden }),
  };
}

const badFile = (path: string, why: string): Error =>
  usageError(
    "BAD_CONSTRAINTS_FILE",
    `The constraints file '${path}' cannot be used: ${why}.`,
    'Write one JSON object with any of: "tiers": [["a"], ["b"]], "required": [["a", "b"]], "forbidden": [["b", "a"]].',
  );
