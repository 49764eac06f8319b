// One run of the shop benchmark: every method on the same numbers, graphs scored per shop, forecasts split by time.
//
//   node dist/granger/run.js graphs [seeds]     AUROC, AUPRC, calibration, all baselines
//   node dist/granger/run.js forecast [seeds]   MSE at 1, 3, 7, 30 steps
//   node dist/granger/run.js neural [seeds]     the neural engine beside the exact one, with its ablations
//   node dist/granger/run.js neural-forecast [seeds]
//   node dist/granger/run.js ablations | noise | scale [shops…] | outside | unseen

import {
  discoverNeural,
  discoverShops,
  type GrangerViSettings,
  learnGraphs,
  type NeuralSettings,
  type Shop,
  scoreShops,
} from "@mmm/causal-granger-vi";
import { onnxEngine } from "@mmm/tensor-onnx";
import { standardise, varGranger } from "./baseline/graphs.js";
import { laggedCorrelation, lassoVar } from "./baseline/lasso.js";
import { exactLearner, forecastTable, neuralLearner } from "./forecast-table.js";
import { lorenz96, sparseVar } from "./generate/outside.js";
import { sharedShops } from "./generate/shared-shops.js";
import { type ShopWorld, simulateShops, worlds } from "./generate/shop-world.js";
import { scoreEdges } from "./score/edge-scores.js";

const [suite = "graphs", ...rest] = process.argv.slice(2);
const numbers = rest.map(Number).filter(Number.isFinite);
/** Seeds of the own worlds; `0` for the shared files alone. */
const seeds = (numbers.length > 0 ? numbers : [1, 2, 3]).filter((seed) => seed > 0);
const cpuSeconds = () => (process.cpuUsage().user + process.cpuUsage().system) / 1e6;
const digits = (value: number | null) => (value === null ? "–" : value.toFixed(4)).padStart(7);
const line = (label: string, ...cells: string[]) => console.log(label.padEnd(34), ...cells);

const shopsOf = (world: ShopWorld): Shop[] =>
  world.shops.map(({ unit, values, context }) => (context.length > 0 ? { unit, values, context } : { unit, values }));
const layoutOf = ({ nodes, target, contextNames }: ShopWorld) => ({ nodes, target, contextNames });
const own = (name: keyof typeof worlds, seed: number, shops = 150, steps = 100) =>
  simulateShops({ ...worlds[name], seed, shops, steps });
const first = (world: ShopWorld, count: number): ShopWorld => ({ ...world, shops: world.shops.slice(0, count) });

function report(
  label: string,
  world: ShopWorld,
  scores: readonly ArrayLike<number>[],
  probabilities: boolean,
  cpu = 0,
) {
  const truth = world.shops.map((shop) => shop.weights);
  const s = scoreEdges(scores, truth, world.nodes.length, probabilities);
  line(label, digits(s.auroc), digits(s.auprc), digits(s.withinTarget), digits(s.brier), digits(s.ece), cpu.toFixed(1));
}

async function ours(label: string, world: ShopWorld, settings: GrangerViSettings = {}) {
  const start = cpuSeconds();
  const { shops, model } = await discoverShops(shopsOf(world), layoutOf(world), settings);
  const cpu = cpuSeconds() - start;
  report(
    `${label} (K=${model.mixture.weight.length})`,
    world,
    shops.map((shop) => shop.edges),
    true,
    cpu,
  );
  const { elbo, logLikelihood, graphDivergence, parameterDivergence } = model.bound;
  line(
    "  bound in nats",
    `ELBO ${elbo.toFixed(0)} = likelihood ${logLikelihood.toFixed(0)} − KL graphs ${graphDivergence.toFixed(0)} − KL parameters ${parameterDivergence.toFixed(0)}`,
  );
}

async function neural(label: string, world: ShopWorld, settings: NeuralSettings = {}) {
  const start = cpuSeconds();
  const engine = onnxEngine();
  const { shops, model } = await discoverNeural(shopsOf(world), layoutOf(world), { engine, steps: 200, ...settings });
  report(
    `neural, ${label}`,
    world,
    shops.map((shop) => shop.edges),
    true,
    cpuSeconds() - start,
  );
  const { elbo, logLikelihood, graphDivergence, effectDivergence } = model.bound;
  line(
    "  bound in nats",
    `ELBO ${elbo.toFixed(0)} = likelihood ${logLikelihood.toFixed(0)} − KL graphs ${graphDivergence.toFixed(0)} − KL effects ${effectDivergence.toFixed(0)}`,
  );
}

function baselines(world: ShopWorld) {
  const size = world.nodes.length;
  const target = world.nodes.indexOf(world.target);
  const standard = world.shops.map((shop) => standardise(shop.values, size));
  const population = new Float64Array(size * size);
  for (const shop of world.shops) {
    shop.weights.forEach((w, e) => {
      if (w !== 0) population[e]! += 1 / world.shops.length;
    });
  }
  const targetRow = Float64Array.from({ length: size * size }, (_, e) => (e % size === target ? 1 : 0));
  report(
    "VAR(1) F-test",
    world,
    standard.map((z) => varGranger(z, size)),
    false,
  );
  report(
    "lasso VAR(1), BIC",
    world,
    standard.map((z) => lassoVar(z, size)),
    false,
  );
  report(
    "lagged correlation",
    world,
    standard.map((z) => laggedCorrelation(z, size)),
    false,
  );
  report(
    "oracle: population mean graph",
    world,
    world.shops.map(() => population),
    true,
  );
  report("oracle: driven rows", world, drivenRows(world), false);
  report(
    "target row only",
    world,
    world.shops.map(() => targetRow),
    false,
  );
}

function* sets(seeds: readonly number[]): Generator<[string, ShopWorld]> {
  for (const name of ["hard", "easy"] as const) {
    const world = sharedShops(name);
    if (world) yield [`shared ${name}`, world];
  }
  for (const seed of seeds)
    for (const name of ["hard", "mixed", "easy"] as const) yield [`${name} seed ${seed}`, own(name, seed)];
}

/** Knows how many causes each node of each shop has, but not which. */
function drivenRows(world: ShopWorld): Float64Array[] {
  const size = world.nodes.length;
  return world.shops.map(({ weights }) => {
    const causes = new Float64Array(size);
    weights.forEach((w, e) => {
      if (w !== 0) causes[e % size]!++;
    });
    return Float64Array.from(weights, (_, e) => causes[e % size]!);
  });
}

const suites: Record<string, () => Promise<void>> = {
  async graphs() {
    line("", "  AUROC", "  AUPRC", " within", "  Brier", "    ECE", "CPU s");
    for (const [name, world] of sets(seeds)) {
      console.log(`\n${name}: ${world.shops.length} shops`);
      await ours("granger-vi", world);
      await ours("granger-vi, first 15 shops", first(world, 15));
      baselines(world);
    }
  },
  async neural() {
    line("", "  AUROC", "  AUPRC", " within", "  Brier", "    ECE", "CPU s");
    const alone: NeuralSettings = { warmStart: "none" };
    const variants: [string, NeuralSettings][] = [
      ["taught by the exact engine", {}],
      ["bound alone", alone],
      ["bound alone, Gumbel-softmax", { ...alone, edges: "gumbel" }],
      ["bound alone, straight-through", { ...alone, edges: "straight-through" }],
      ["… without temporal module", { ...alone, decays: [0] }],
      ["… without saturation", { ...alone, saturation: false }],
      ["… without mixture prior", { ...alone, sharing: "none" }],
      ["… without context", { ...alone, useContext: false }],
    ];
    for (const [s, [name, world]] of [...sets(seeds)].entries()) {
      console.log(`\n${name}: ${world.shops.length} shops`);
      await ours("granger-vi", world);
      for (const [label, settings] of s === 0 ? variants : variants.slice(0, 2)) await neural(label, world, settings);
    }
  },
  async forecast() {
    for (const [name, world] of sets([])) await forecastTable(name, world, [90, 70]);
    for (const seed of seeds) {
      for (const name of ["hard", "mixed", "easy"] as const) {
        await forecastTable(`${name} seed ${seed}`, own(name, seed, 150, 140), [100]);
      }
    }
  },
  async "neural-forecast"() {
    for (const [name, world] of sets(seeds)) {
      await forecastTable(`neural, ${name}`, world, [world.steps - 10], neuralLearner());
    }
  },
  async ablations() {
    line("", "  AUROC", "  AUPRC", " within", "  Brier", "    ECE", "CPU s");
    const variants: [string, GrangerViSettings][] = [
      ["full", {}],
      ["without temporal module", { decays: [0] }],
      ["without saturation", { saturations: ["linear"] }],
      ["without mixture prior", { sharing: "none" }],
      ["without context", { useContext: false }],
      ["with Gaussian noise", { noise: "gaussian" }],
    ];
    const drawn = [sharedShops("hard") ?? own("hard", 1), own("mixed", 1, 150, 140)];
    for (const world of drawn) {
      const values = 100 * world.nodes.length;
      const shops = world.shops.map((shop) => ({ ...shop, values: shop.values.slice(0, values) }));
      for (const [label, settings] of variants) await ours(label, { ...world, shops }, settings);
    }
    for (const world of drawn) {
      for (const [label, settings] of variants)
        await forecastTable(label, world, [world.steps > 100 ? 100 : 90], exactLearner(settings), true);
    }
  },
  async noise() {
    const alone = simulateShops({ ...worlds.hard, seed: 1, shops: 0, noiseShops: 150, steps: 100, season: 0 });
    const mixedIn = simulateShops({ ...worlds.hard, seed: 1, shops: 135, noiseShops: 15, steps: 100 });
    for (const [label, world, only] of [
      ["only noise shops", alone, 0],
      ["15 noise shops among 150", mixedIn, 135],
    ] as const) {
      const { model, shops } = await discoverShops(shopsOf(world), layoutOf(world));
      const size = world.nodes.length;
      const average = (rows: readonly Float64Array[]) =>
        rows.reduce((sum, row) => sum + row.reduce((a, b) => a + b, 0), 0) / (rows.length * size * (size - 1));
      const total = model.mixture.weight.reduce((a, b) => a + b, 0);
      const prior = model.mixture.present.reduce((sum, present, k) => {
        const shares = present.map((up, e) =>
          e % size === Math.floor(e / size) ? 0 : up / (up + model.mixture.absent[k]![e]!),
        );
        return sum + (model.mixture.weight[k]! / total) * average([shares]);
      }, 0);
      line(
        label,
        `mean probability ${average(shops.slice(only).map((shop) => shop.edges)).toFixed(4)}, learned prior ${prior.toFixed(4)}, setting 0.2000`,
      );
    }
  },
  async scale() {
    for (const count of numbers.length > 0 ? numbers : [100, 1000, 10000]) {
      const block = 250;
      const layout = layoutOf(own("hard", 1, 1));
      // Blocks are simulated as they are read, so nothing but the engine's own state stays in memory.
      const source = async function* () {
        for (let start = 0; start < count; start += block) {
          const world = simulateShops({
            ...worlds.hard,
            seed: 1,
            shops: Math.min(block, count - start),
            steps: 100,
            firstShop: start,
          });
          yield shopsOf(world);
        }
      };
      const simulate = cpuSeconds();
      for await (const _ of source());
      const overhead = cpuSeconds() - simulate;
      const start = cpuSeconds();
      const model = await learnGraphs(source, layout);
      const learned = cpuSeconds();
      let scored = 0;
      for await (const shop of scoreShops(model, source, layout)) scored += shop.edges.length > 0 ? 1 : 0;
      const end = cpuSeconds();
      const rss = process.resourceUsage().maxRSS / 1024;
      line(
        `${scored} shops`,
        `learn ${(learned - start - overhead).toFixed(1)} CPU s, score ${(end - learned - overhead).toFixed(1)} CPU s, total ${(end - start - 2 * overhead).toFixed(1)} CPU s, peak RSS ${rss.toFixed(0)} MB, K=${model.mixture.weight.length}`,
      );
    }
  },
  async outside() {
    line("", "  AUROC", "  AUPRC", " within", "  Brier", "    ECE", "CPU s");
    for (const [name, world] of [
      ["Lorenz-96, F=10, T=250", lorenz96(1, 20)],
      ["SVAR lags 1–2, own graphs, T=150", sparseVar(1, 40)],
    ] as const) {
      console.log(`\n${name}: ${world.shops.length} systems`);
      await ours("granger-vi", world);
      const z = world.shops.map((shop) => standardise(shop.values, world.nodes.length));
      for (const lags of [1, 2])
        report(
          `VAR(${lags}) F-test`,
          world,
          z.map((x) => varGranger(x, world.nodes.length, lags)),
          false,
        );
      report(
        "lasso VAR(2), BIC",
        world,
        z.map((x) => lassoVar(x, world.nodes.length, 2)),
        false,
      );
    }
  },
  async unseen() {
    line("", "  AUROC", "  AUPRC", " within", "  Brier", "    ECE", "CPU s");
    for (const [name, world] of sets([1])) {
      const learn = first(world, 100);
      const unseen: ShopWorld = { ...world, shops: world.shops.slice(100) };
      const model = await learnGraphs(shopsOf(learn), layoutOf(world));
      const start = cpuSeconds();
      const edges: Float64Array[] = [];
      for await (const shop of scoreShops(model, shopsOf(unseen), layoutOf(world))) edges.push(shop.edges);
      report(`${name}: 50 unseen shops`, unseen, edges, true, cpuSeconds() - start);
    }
  },
};

const chosen = suites[suite];
if (!chosen) {
  console.error(`There is no suite '${suite}'; known: ${Object.keys(suites).join(", ")}.`);
  process.exit(2);
}
await chosen();
