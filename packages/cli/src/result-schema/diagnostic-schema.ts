import type { Diagnostic } from "@mmm/core";
import { z } from "zod";

/** A finding, as every file of results lists them. */
export const diagnostic: z.ZodType<Diagnostic> = z.object({
  severity: z.enum(["error", "warning", "info"]),
  code: z.string(),
  message: z.string(),
  fix: z.string(),
  channels: z.array(z.string()).exactOptional().describe("Channels whose effect the finding puts in doubt."),
});
