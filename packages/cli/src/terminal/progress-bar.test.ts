import { expect, it } from "vitest";
import { progressLine } from "./progress-bar.js";

it("fills with the steps and says what is left where that is known", () => {
  expect(progressLine("fit", 6, 24, 75)).toBe("fit [======------------------] 6/24, 1 min 15 s left");
  expect(progressLine("fit", 24, 24, 0, "done")).toBe("fit [========================] 24/24 done");
  expect(progressLine("fit", 1, 24, "NULL")).toBe("fit [=-----------------------] 1/24");
});

it("has no end to draw when the total is not known", () => {
  expect(progressLine("fit", 0, 0, Number.POSITIVE_INFINITY)).toBe("fit [------------------------]");
  expect(progressLine("fit", 7, 0, 3)).toBe("fit [------------------------] 7");
});
