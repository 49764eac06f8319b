import { expect, test } from "vitest";
import { simulatedView } from "../fixture/simulated-view.js";
import { createFormat } from "../format/format.js";
import { claimText } from "../html/blocks.js";
import { renderReport } from "./report.js";
import { summarySection } from "./summary.js";

const view = simulatedView({ units: 6, periods: 104 });

function lists(changed = view): Record<string, string[]> {
  const block = summarySection(changed, createFormat()).blocks.find(({ kind }) => kind === "lists");
  if (block?.kind !== "lists") throw new Error("no lists");
  return Object.fromEntries(block.lists.map(({ title, items }) => [title, items.map(claimText)]));
}

test("a vague channel gets a test with its size, and no advice to move it", () => {
  const vague = {
    ...view,
    result: {
      ...view.result,
      channels: view.result.channels.map((channel) =>
        channel.name === "TV" ? { ...channel, direct: { mean: 100, lower: 1, upper: 400 } } : channel,
      ),
    },
  };
  const said = lists(vague);
  expect(said["What to test next"]!.join(" ")).toMatch(
    /Pause TV for about \d+ weeks?, or in half of the units for \d+/,
  );
  expect(said["What to do"]!.join(" ")).toMatch(/Leave .*\bTV\b.* as (it is|they are) until tested\./);
  expect(said["What works"]!.join(" ")).not.toContain("TV returns");
});

test("every link to evidence leads to something on the page", () => {
  const html = renderReport(view);
  const targets = [...html.matchAll(/class="how" href="#([^"]+)"/g)].map(([, id]) => id!);
  expect(targets.length).toBeGreaterThan(8);
  for (const id of targets) expect(html).toContain(`id="${id}"`);
});
