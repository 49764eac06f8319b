// Errors a person is meant to act on. Every message says what was given, what is allowed and how to mend it.
// They are recognised by a brand, not by `instanceof`, so two copies of this package in one program still agree.

const brand = Symbol.for("@mmm/core/error");

/** What kind of mistake an {@link MmmError} reports; the CLI turns `data` and `usage` into exit code 2. */
export type MmmErrorKind = "data" | "usage" | "dependency" | "numerical" | "contract" | "cancelled";

/** Where in the user's material the error lies. `row` is the 1-based line of the file, header included. */
export interface ErrorPlace {
  readonly file?: string;
  readonly row?: number;
  readonly column?: string;
  readonly unit?: string;
  readonly period?: string;
}

export interface MmmErrorOptions {
  /** Stable upper-case identifier, for example `DUPLICATE_ROW`. */
  readonly code: string;
  readonly kind: MmmErrorKind;
  /** One sentence that tells the reader what to do. */
  readonly fix?: string;
  readonly place?: ErrorPlace;
  readonly cause?: unknown;
}

/**
 * The one error class of the toolkit.
 *
 * @example
 * throw new MmmError("Column 'tv' is missing; the file has: date, kpi, radio.", {
 *   code: "MISSING_COLUMN", kind: "data", fix: "Check --media or rename the column.", place: { file: "a.csv" },
 * });
 */
export class MmmError extends Error {
  readonly code: string;
  readonly kind: MmmErrorKind;
  readonly fix: string | undefined;
  readonly place: ErrorPlace;

  constructor(message: string, options: MmmErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "MmmError";
    Object.defineProperty(this, brand, { value: true });
    this.code = options.code;
    this.kind = options.kind;
    this.fix = options.fix;
    this.place = options.place ?? {};
  }
}

/** True for errors made by any copy of this package. */
export function isMmmError(error: unknown): error is MmmError {
  return typeof error === "object" && error !== null && (error as Record<symbol, unknown>)[brand] === true;
}

/** An {@link MmmError} about the user's data. */
export function dataError(code: string, message: string, fix?: string, place?: ErrorPlace): MmmError {
  return new MmmError(message, { code, kind: "data", ...(fix && { fix }), ...(place && { place }) });
}

/** An {@link MmmError} about an option or argument. */
export function usageError(code: string, message: string, fix?: string): MmmError {
  return new MmmError(message, { code, kind: "usage", ...(fix && { fix }) });
}

/** The message, the place and the fix on separate lines, for terminals and logs. */
export function formatError(error: MmmError): string {
  const { file, row, column, unit, period } = error.place;
  const place = [
    file,
    row !== undefined && `row ${row}`,
    column !== undefined && `column '${column}'`,
    unit !== undefined && `unit '${unit}'`,
    period !== undefined && `period '${period}'`,
  ].filter(Boolean);
  return [error.message, place.length > 0 && `  at: ${place.join(", ")}`, error.fix && `  fix: ${error.fix}`]
    .filter(Boolean)
    .join("\n");
}
