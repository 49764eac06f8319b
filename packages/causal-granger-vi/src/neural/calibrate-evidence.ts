// How much an encoder's evidence is worth, learned without any known graph. Shops are replicated with graphs drawn at
// known odds; what the encoder then says is compared with the graphs that were drawn. With evidence that means what it
// says, the mixture of graphs follows from the real shops by expectation and maximisation.

import type { Random } from "@mmm/core";
import type { TensorEngine } from "@mmm/tensor";
import type { Shop } from "../shops/shop.js";
import { type BelievedShop, beliefReader } from "./belief.js";
import type { EvidenceCalibration } from "./graph-posterior.js";
import type { NeuralModel } from "./model.js";
import { replicateShop } from "./replicate.js";
import { settleMixture } from "./settle-mixture.js";
import { objectiveOptions } from "./start.js";

const replicated = 150;
/** Pseudo-pairs that hold the calibration at "unchanged". */
const trust = 20;
/** Edges at least this probable are taken as sure. */
const sureFrom = 0.9;

/**
 * An uncalibrated model with calibrated evidence, and with the mixture of graphs that suits it.
 *
 * @see Talts et al. (2018), Validating Bayesian inference algorithms with simulation-based calibration
 */
export async function calibrateEvidence(
  model: NeuralModel,
  shops: readonly Shop[],
  random: Random,
  engine: TensorEngine,
): Promise<NeuralModel> {
  const options = objectiveOptions(model);
  const reader = await beliefReader(model, engine);
  try {
    const beliefs = await reader.read(shops);
    const { free } = model.marks;
    const usual = free.map((_, e) => {
      const mean = beliefs.reduce((sum, { belief }) => sum + belief.edges[e]!, 0) / beliefs.length;
      return Math.min(0.8, Math.max(0.05, mean));
    });
    const replicas = beliefs.slice(0, replicated).map(({ prepared, belief }, s) => {
      const own = random.split(`${s}`);
      const edges = belief.edges.map((p, e) => (free[e] === 1 ? usual[e]! : p));
      const effect = belief.effect.map((_, e) => sureEffect(beliefs, e, own));
      return replicateShop(shops[s]!, { prepared, belief: { ...belief, edges, effect } }, options, own);
    });
    const scored = await reader.read(replicas.map(({ shop }) => shop));
    const cells = scored.flatMap(({ belief }, s) =>
      free.flatMap((mark, e) =>
        mark === 1 ? [{ evidence: belief.evidence[e]!, prior: logit(usual[e]!), present: replicas[s]!.graph[e]! }] : [],
      ),
    );
    const calibration = evidenceLine(cells);
    if (model.settings.sharing === "none") return { ...model, calibration };
    const { offset, slope } = calibration;
    const evidence = beliefs.map(({ belief }) => belief.evidence.map((value) => offset + slope * value));
    const mixture = settleMixture(model.params.mixture, evidence, model.marks, model.settings.edgePrior);
    return { ...model, params: { ...model.params, mixture }, calibration };
  } finally {
    await reader.dispose();
  }
}

/**
 * Effect of an edge in some shop that surely has it; of any sure edge where none has. Doubtful edges have effects near
 * zero, which would make replicas that nothing could tell from shops without the edge.
 */
function sureEffect(beliefs: readonly BelievedShop[], e: number, random: Random): number {
  const sure = beliefs.filter(({ belief }) => belief.edges[e]! > sureFrom);
  if (sure.length >= 3) return sure[random.integer(sure.length)]!.belief.effect[e]!;
  const any = beliefs.flatMap(({ belief }) => [...belief.effect].filter((_, k) => belief.edges[k]! > sureFrom));
  return any.length > 0 ? any[random.integer(any.length)]! : beliefs[random.integer(beliefs.length)]!.belief.effect[e]!;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const logit = (p: number): number => Math.log(p / (1 - p));

/**
 * The line that makes evidence mean what it says: logistic regression of presence on evidence, given each pair's prior
 * log odds, by Newton's method; held at slope 1 and offset 0 by {@link trust}.
 */
export function evidenceLine(
  cells: readonly { readonly evidence: number; readonly prior: number; readonly present: number }[],
): EvidenceCalibration {
  const loss = (offset: number, slope: number): number => {
    let sum = (trust / 2) * (offset ** 2 + (slope - 1) ** 2);
    for (const { evidence, prior, present } of cells) {
      const odds = prior + offset + slope * evidence;
      sum += Math.max(odds, 0) + Math.log1p(Math.exp(-Math.abs(odds))) - present * odds;
    }
    return sum;
  };
  let [offset, slope] = [0, 1];
  let now = loss(offset, slope);
  for (let step = 0; step < 50; step++) {
    let [g0, g1] = [-trust * offset, -trust * (slope - 1)];
    let [h00, h01, h11] = [trust, 0, trust];
    for (const { evidence: x, prior, present } of cells) {
      const p = sigmoid(prior + offset + slope * x);
      const weight = p * (1 - p);
      g0 += present - p;
      g1 += (present - p) * x;
      h00 += weight;
      h01 += weight * x;
      h11 += weight * x * x;
    }
    const determinant = h00 * h11 - h01 * h01;
    const [d0, d1] = [(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant];
    let size = 1;
    let next = loss(offset + d0, slope + d1);
    while (next > now && size > 1e-6) {
      size /= 2;
      next = loss(offset + size * d0, slope + size * d1);
    }
    if (!(next < now - 1e-9)) break;
    offset += size * d0;
    slope += size * d1;
    now = next;
  }
  return { offset, slope };
}
