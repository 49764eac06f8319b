import { writeFileSync } from "node:fs";
import { test } from "vitest";
import { simulatedView, simulatedGraph } from "./fixture/simulated-view.js";
import { renderReport, renderGraphPage, renderSvg, actualVsPredicted } from "./index.js";
import { createRandom } from "@mmm/core";
test("look", () => {
  const a = performance.now();
  const demo = simulatedView();
  const b = performance.now();
  const html = renderReport(demo, { brand: { name: "Acme", color: "#c2410c" } });
  console.log("view", b - a, "report", performance.now() - b, html.length / 1e6);
  writeFileSync("/tmp/viz/demo.html", html);
  const names = Array.from({ length: 13 }, (_, i) => `impressions_channel_${i + 1}_long_name`);
  const big = simulatedView({ units: 190, channels: names, draws: 20, withoutSpend: true, withAnswerKey: false, withGraph: true, periods: 109,
    diagnostics: [{ severity: "warning", code: "COLLINEAR", message: "Channels impressions_channel_3 and impressions_channel_4 move together (correlation 0.97).", fix: "Report them as one channel, or run a test on one of them." }] });
  const c = performance.now();
  const h2 = renderReport(big);
  console.log("big report", performance.now() - c, h2.length / 1e6);
  writeFileSync("/tmp/viz/big.html", h2);
  const g = simulatedGraph(["TV", "Search", "Social", "Video"], createRandom(3));
  writeFileSync("/tmp/viz/graph.html", renderGraphPage({ ...g, kind: "lagged", engine: { id: "x", version: "1", settings: { lambda: 0.1 } }, weightScale: "standardised", diagnostics: [] }));
  writeFileSync("/tmp/viz/avp.svg", renderSvg(actualVsPredicted(demo)));
});
