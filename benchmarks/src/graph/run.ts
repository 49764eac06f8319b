// Does a graph over the channels pay? Simulated markets with and without channels that drive channels, and the panels
// with recorded truth. One response fit per panel; every source of the graph reads the same fit, so share and holdout
// differ only between panels. `npm run graph -- [panels per kind]`.

import { lingam, orderBic, svarOrder, varLingam } from "@mmm/causal";
import { likelihood, notearsLayer } from "@mmm/causal-notears";
import { type GraphSource, layerGraph } from "@mmm/model";
import { kinds, recordedPanels, simulated } from "./panels.js";
import { type Score, scorePanel } from "./score.js";

const sources: Readonly<Record<string, { readonly source: GraphSource; readonly minimumProbability?: number }>> = {
  none: { source: "none" },
  "order-bic": { source: orderBic() },
  lingam: { source: lingam() },
  "lingam, at .5": { source: lingam(), minimumProbability: 0.5 },
  varlingam: { source: varLingam() },
  "svar-order": { source: svarOrder() },
  likelihood: { source: likelihood() },
  "notears layer": {
    source: layerGraph(notearsLayer, { rounds: 6, steps: 60 }),
  },
};

const count = Number(process.argv[2] ?? 4);
const chosen = process.argv[3]?.split(";") ?? Object.keys(sources);

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const number = (value: number): string => (Number.isFinite(value) ? value.toFixed(3) : "–").padStart(7);

for (const kind of [...Object.keys(kinds), "recorded"]) {
  const panels = kind === "recorded" ? recordedPanels() : simulated(kind, count);
  if (panels.length === 0) continue;
  const scores: Record<string, Score[]> = {};
  for (const panel of panels) {
    const found = await scorePanel(panel, Object.fromEntries(chosen.map((name) => [name, sources[name]!])));
    for (const [name, score] of Object.entries(found)) {
      scores[name] ??= [];
      scores[name].push(score);
    }
  }
  const any = Object.values(scores)[0]!;
  const fitted = `share error ${number(mean(any.map(({ share }) => share)))}, holdout R² within ${number(mean(any.map(({ r2 }) => r2)))}`;
  process.stdout.write(`\n${kind} (${panels.length} panels): ${fitted}\n`);
  process.stdout.write("  graph          total err  holds   direct err   AUROC   right/true  false  CPU s\n");
  for (const [name, rows] of Object.entries(scores)) {
    const over = (of: (score: Score) => number): number => mean(rows.map(of));
    const sum = (of: (score: Score) => number): number => rows.reduce((total, row) => total + of(row), 0);
    process.stdout.write(
      `  ${name.padEnd(14)} ${number(over((s) => s.total))}  ${number(over((s) => s.totalHeld))}  ${number(over((s) => s.direct))}   ${number(over((s) => s.auroc))}   ${`${sum((s) => s.right)}/${sum((s) => s.true)}`.padStart(9)}  ${String(sum((s) => s.false)).padStart(5)}  ${over((s) => s.cpuSeconds).toFixed(2)}\n`,
    );
  }
}
