import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { usageError } from "@mmm/core";
import type { Brand } from "@mmm/viz";

export interface BrandFlags {
  readonly brandName?: string;
  readonly accent?: string;
  readonly logo?: string;
}

const imageTypes: Readonly<Record<string, string>> = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".svg": "image/svg+xml",
};

/** Brand of a report from flags; undefined without any. Throws `BAD_OPTION` for a logo that is no readable image. */
export function brandOf({ brandName, accent, logo }: BrandFlags): Brand | undefined {
  if (brandName === undefined && accent === undefined && logo === undefined) return undefined;
  return {
    ...(brandName !== undefined && { name: brandName }),
    ...(accent !== undefined && { color: accent }),
    ...(logo !== undefined && { logo: dataUri(logo) }),
  };
}

function dataUri(path: string): string {
  const type = imageTypes[extname(path).toLowerCase()];
  if (type === undefined) {
    throw usageError("BAD_OPTION", `--logo is '${path}'; a logo is a PNG, JPEG or SVG file.`, "Give such a file.");
  }
  try {
    return `data:${type};base64,${readFileSync(path).toString("base64")}`;
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? cause;
    throw usageError("BAD_OPTION", `--logo '${path}' cannot be read (${why}).`, "Check the path.");
  }
}
