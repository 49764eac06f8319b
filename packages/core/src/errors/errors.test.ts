import { expect, it } from "vitest";
import { dataError, formatError, isMmmError } from "./errors.js";
import { importOptional } from "./optional-dependency.js";

it("formats message, place and fix", () => {
  const error = dataError("NOT_A_NUMBER", "'abc' is not a number.", "Correct the cell.", {
    file: "a.csv",
    row: 3,
    column: "tv",
  });
  expect(formatError(error)).toBe("'abc' is not a number.\n  at: a.csv, row 3, column 'tv'\n  fix: Correct the cell.");
});

it("recognises errors by brand, not by class", () => {
  expect(isMmmError(Object.assign(new Error("x"), { [Symbol.for("@mmm/core/error")]: true }))).toBe(true);
  expect(isMmmError(new Error("x"))).toBe(false);
});

it("names the install command of a missing optional package, and prefers an injected one", async () => {
  const missing = () => Promise.reject(new Error("not found"));
  await expect(importOptional("left-pad", missing)).rejects.toMatchObject({
    code: "MISSING_DEPENDENCY",
    fix: expect.stringContaining("npm install left-pad"),
  });
  await expect(importOptional("left-pad", missing, "given" as never)).resolves.toBe("given");
});
