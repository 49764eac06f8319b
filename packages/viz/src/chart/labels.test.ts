import fc from "fast-check";
import { expect, test } from "vitest";
import { shortLabels, someWords, squeeze, squeezeAll } from "./labels.js";

test("drops the words that most names begin or end with", () => {
  expect(shortLabels(["impressions_tv", "impressions_search", "sales"])).toEqual(["tv", "search", "sales"]);
  expect(shortLabels(["tv_spend", "search_spend"])).toEqual(["tv", "search"]);
  expect(shortLabels(["TV", "Search"])).toEqual(["TV", "Search"]);
});

test("keeps names that would have no letter left or become the same", () => {
  expect(shortLabels(["spend_0", "spend_1"])).toEqual(["spend_0", "spend_1"]);
  expect(shortLabels(["x_tv", "x_radio", "tv"])).toEqual(["x_tv", "x_radio", "tv"]);
});

test("different names stay different, however long", () => {
  const word = fc.stringMatching(/^[a-z]{1,4}(_[a-z0-9]{1,4}){0,5}$/);
  fc.assert(
    fc.property(fc.uniqueArray(word, { minLength: 1, maxLength: 8 }), (names) => {
      expect(new Set(shortLabels(names)).size).toBe(names.length);
      expect(new Set(squeezeAll(names, 9)).size).toBe(names.length);
    }),
  );
});

test("squeeze keeps both ends within the length", () => {
  expect(squeeze("impressions_brand_north", 11)).toBe("impre…north");
  expect(squeeze("short", 11)).toBe("short");
});

test("someWords counts what it leaves out", () => {
  expect(someWords(["a", "b", "c"])).toBe("a, b and c");
  expect(someWords(["a", "b", "c", "d", "e"])).toBe("a, b, c and 2 others");
});
