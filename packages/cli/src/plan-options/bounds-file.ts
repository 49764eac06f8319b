// `--bounds FILE`: limits of channels, groups and ratios as JSON.

import { readFileSync } from "node:fs";
import { usageError } from "@mmm/core";
import type { PlanRequest } from "@mmm/optimizer";
import { z } from "zod";

const amount = z.number().min(0);

const limit = z.strictObject({
  min: amount.optional(),
  max: amount.optional(),
  change: z.tuple([z.number().min(-1), z.number()]).optional(),
  fixed: z.union([z.literal(true), amount]).optional(),
  minimum: z.number().positive().optional(),
  eachCell: z
    .strictObject({ min: amount.optional(), max: amount.optional(), minimum: z.number().positive().optional() })
    .optional(),
});

const share = z.number().min(0).max(1);

const shape = z.strictObject({
  limits: z.record(z.string(), limit).optional(),
  groups: z
    .array(
      z.strictObject({
        name: z.string(),
        channels: z.array(z.string()).min(1),
        units: z.array(z.string()).optional(),
        periods: z.array(z.string()).optional(),
        min: amount.optional(),
        max: amount.optional(),
        minShare: share.optional(),
        maxShare: share.optional(),
      }),
    )
    .optional(),
  ratios: z
    .array(
      z.strictObject({
        name: z.string().optional(),
        numerator: z.array(z.string()).min(1),
        denominator: z.array(z.string()).min(1),
        min: amount.optional(),
        max: amount.optional(),
      }),
    )
    .optional(),
  step: z.number().positive().optional(),
});

/** The part of a request that a bounds file holds. */
export type Bounds = Pick<PlanRequest, "limits" | "groups" | "ratios" | "step">;

/**
 * Read and check a bounds file.
 *
 * @throws MmmError `BAD_BOUNDS` of kind `usage`, naming the file and every key that is wrong
 */
export function readBoundsFile(path: string): Bounds {
  const fail = (why: string) =>
    usageError(
      "BAD_BOUNDS",
      `The bounds file '${path}' cannot be used: ${why}.`,
      'Write JSON such as { "limits": { "tv": { "min": 1000, "max": 5000 }, "*": { "change": [-0.3, 0.3] } } }; see mmm optimize --help.',
    );
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw fail((cause as Error).message);
  }
  return checkBounds(json, fail);
}

/** Bounds that are already parsed JSON; `fail` makes the error from what is wrong. */
export function checkBounds(json: unknown, fail: (why: string) => Error): Bounds {
  const { data, error } = shape.safeParse(json);
  if (error) throw fail(issueWords(error));
  // Absent keys are left out, so that they read as not given.
  return JSON.parse(JSON.stringify(data)) as Bounds;
}

/** Every issue with its key. */
export function issueWords({ issues }: z.ZodError): string {
  return issues.map(({ path: keys, message }) => `${keys.join(".") || "file"}: ${message}`).join("; ");
}
