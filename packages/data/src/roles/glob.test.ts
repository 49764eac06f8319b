import { describe, expect, it } from "vitest";
import { matchesGlob, selectColumn, selectColumns } from "./glob.js";

const columns = ["tv_spend", "search_1", "search_22", "y", "a.b", "a*"];
const chosen = (patterns: string | readonly string[]) =>
  selectColumns(patterns, columns, "media").map(({ column }) => column);

describe("selectColumns", () => {
  it("takes names and globs, in table order, each once", () => {
    expect(chosen("search_?, tv*")).toEqual(["tv_spend", "search_1"]);
    expect(chosen(["search*", "search_1"])).toEqual(["search_1", "search_22"]);
    expect(selectColumns(["search*", "search_1"], columns, "media").map(({ exact }) => exact)).toEqual([true, false]);
  });

  it("reads everything but * and ? literally, and a column's own name first", () => {
    expect(matchesGlob("a.b", "axb")).toBe(false);
    expect(chosen("a*")).toEqual(["a*"]);
    expect(chosen("a?*")).toEqual(["a.b", "a*"]);
  });

  it("refuses a pattern that matches nothing, listing the columns and the nearest one", () => {
    expect(() => chosen("radio*")).toThrow(
      expect.objectContaining({
        kind: "usage",
        code: "NO_SUCH_COLUMN",
        message: "media: no column matches 'radio*'; the table has: tv_spend, search_1, search_22, y, a.b, a*.",
      }),
    );
    expect(() => selectColumn("tv_spent", columns, "kpi")).toThrow(
      expect.objectContaining({ fix: "Did you mean 'tv_spend'?" }),
    );
    expect(() => selectColumn("search*", columns, "kpi")).toThrow("kpi: 'search*' matches 2 columns; one is needed.");
  });
});
