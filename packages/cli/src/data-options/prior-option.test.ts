import { expect, it } from "vitest";
import { parsePrior } from "./prior-option.js";

it("reads returns and shares, and collects the answers of a channel", () => {
  expect(parsePrior("tv: roi 0.5..3")).toEqual({ tv: { roi: [0.5, 3] } });
  expect(parsePrior("paid: search:  ROI .5 .. 12")).toEqual({ "paid: search": { roi: [0.5, 12] } });
  expect(parsePrior("tv: share 1%..10.5%", { tv: { roi: [1, 2] } })).toEqual({
    tv: { roi: [1, 2], share: [0.01, 0.105] },
  });
  expect(parsePrior("tv: roi 5..30")).toEqual({ tv: { roi: [5, 30] } });
});

it.each(["tv roi 1..2", "tv: roi 1-2", "tv: roas 1..2", "tv: roi 1..", "tv: roi a..b", ""])("refuses '%s'", (text) => {
  expect(() => parsePrior(text)).toThrow(`--prior is '${text}', which is no belief about a channel.`);
});
