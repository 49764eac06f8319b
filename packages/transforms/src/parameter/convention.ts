import { usageError } from "@mmm/core";

/**
 * Tools whose definitions a transform can follow, where they differ.
 *
 * `robyn`: Meta Robyn 3 · `meridian`: Google Meridian 1 · `pymc`: PyMC-Marketing · `lmmm`: LightweightMMM.
 */
export type Convention = "robyn" | "meridian" | "pymc" | "lmmm";

/** Refuse a convention of a tool that does not have this transform. */
export function checkConvention<Known extends Convention>(
  transform: string,
  convention: Known | undefined,
  known: readonly Known[],
): void {
  if (convention === undefined || known.includes(convention)) return;
  throw usageError(
    "UNKNOWN_CONVENTION",
    `${transform} has no convention '${convention}'; allowed: ${known.join(", ")}.`,
    "Leave `convention` out for our own definition, or choose a tool that has this transform.",
  );
}
