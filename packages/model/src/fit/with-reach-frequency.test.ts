import { columnValues, createPanel } from "@mmm/core";
import { simulatePanel } from "@mmm/data";
import { expect, it } from "vitest";
import { viewFit } from "../result/result.js";
import { fitStructural } from "./fit.js";
import { withReachFrequency } from "./with-reach-frequency.js";

const { panel } = simulatePanel({ units: 2, periods: 60, channels: ["video", "search"], controls: 0, edges: 0 }, 5);
const spend = columnValues(panel, "video");
const measured = createPanel({
  ...panel,
  columns: [
    ...panel.columns,
    { name: "reach", values: spend.map((x) => 40 * x) },
    { name: "frequency", values: spend.map((x) => (x > 0 ? 3 : 0)) },
  ],
});
const columns = { reach: "reach", frequency: "frequency" };

it("drives the channel by people, keeps its cost, and is the fit of reach where frequency never changes", async () => {
  const options = { draws: 20, lags: 6, graph: "none" } as const;
  const [plain] = viewFit(await fitStructural(panel, options)).result.channels;
  const [video] = viewFit(await fitStructural(withReachFrequency(measured, "video", columns), options)).result.channels;
  expect(video!.spend).toBe(plain!.spend);
  expect(video!.direct.mean / plain!.direct.mean).toBeCloseTo(1, 4);
  expect(video!.roi!.mean / plain!.roi!.mean).toBeCloseTo(1, 4);
});

it("names an unknown channel", () => {
  expect(() => withReachFrequency(measured, "radio", columns)).toThrow(
    "There is no channel 'radio'; the channels are: video, search.",
  );
});
