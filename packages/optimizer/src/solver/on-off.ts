// On/off conditions for any smooth value and any linear conditions: branch and bound over which switches are on. The
// relaxation lets a switch be anything between off and on; for concave values its optimum bounds every plan below it.

import { throwIfCancelled } from "@mmm/core";
import type { LinearRow } from "../linear/rows.js";
import { feasiblePoint } from "../linear/simplex.js";
import {
  type AllocationSolver,
  defineAllocationSolver,
  infeasible,
  type SolverProblem,
  type SolverResult,
} from "./contract.js";

export interface OnOffOptions {
  /** Most relaxations to solve. Default 200. */
  readonly nodes?: number;
  /** Relative gap that is good enough. Default 1e-4. */
  readonly gap?: number;
}

type State = "free" | "on" | "off";

/**
 * Branch and bound over switches, with another solver for what lies between.
 *
 * @param inner solver without switches, for example `smoothSolver()`
 * Source: Land & Doig (1960), An automatic method of solving discrete programming problems.
 */
export function onOffSearch(inner: AllocationSolver, { nodes = 200, gap = 1e-4 }: OnOffOptions = {}): AllocationSolver {
  return defineAllocationSolver({
    id: `on-off(${inner.id})`,
    specVersion: "v1",
    title: `Branch and bound over switches with ${inner.title.toLowerCase()}`,
    citations: [
      "Land & Doig (1960), An automatic method of solving discrete programming problems.",
      ...inner.citations,
    ],
    refuses: (problem) => {
      // With every switch on, the inner solver meets all rows that a node can have.
      const allOn = problem.switches.map((): State => "on");
      return inner.refuses({ ...problem, switches: [] }) ?? inner.refuses(restrict(problem, allOn, null));
    },
    async solve(problem, options, hooks) {
      const { switches } = problem;
      let evaluations = 0;
      let solved = 0;
      let best: SolverResult | null = null;
      const relax = async (states: readonly State[], start: Float64Array | null) => {
        throwIfCancelled(hooks);
        const node = restrict(problem, states, start);
        if (feasiblePoint(node) === null) return null;
        const result = await inner.solve(node, options, hooks);
        evaluations += result.evaluations;
        solved++;
        hooks?.onProgress?.({ phase: "On/off", step: solved, total: 0 });
        return result;
      };
      const keep = (result: SolverResult | null): void => {
        if (result && broken(problem, result.x) === null && result.value > (best?.value ?? Number.NEGATIVE_INFINITY)) {
          best = result;
        }
      };
      // A first plan: switch off what the relaxation leaves below half of its minimum, switch on the rest.
      const round = async (x: Float64Array, states: readonly State[]): Promise<void> => {
        const decided = states.map((state, k): State => {
          const { indices, minimum } = switches[k]!;
          return state !== "free" ? state : sumOver(indices, x) < minimum / 2 ? "off" : "on";
        });
        keep(await relax(decided, x));
      };
      const rootStates = switches.map((): State => "free");
      const root = await relax(rootStates, null);
      if (root === null) return infeasible(problem, evaluations, hooks);
      keep(root);
      await round(root.x, rootStates);
      const open = [{ states: rootStates, result: root, bound: root.bound ?? root.value }];
      let bound = open[0]!.bound;
      let early = false;
      while (open.length > 0 && solved < nodes) {
        open.sort((a, b) => a.bound - b.bound);
        const node = open.pop()!;
        bound = node.bound;
        const least = (best as SolverResult | null)?.value ?? Number.NEGATIVE_INFINITY;
        if (bound <= least + gap * Math.abs(least)) {
          early = true;
          break;
        }
        const k = broken(problem, node.result.x);
        if (k === null) continue;
        for (const state of ["on", "off"] as const) {
          const states = node.states.with(k, state);
          const result = await relax(states, node.result.x);
          if (result === null) continue;
          keep(result);
          open.push({ states, result, bound: Math.min(node.bound, result.bound ?? result.value) });
        }
        if (best === null) await round(node.result.x, node.states);
      }
      const found = best as SolverResult | null;
      if (found === null) return infeasible(problem, evaluations, hooks);
      const rest = open.reduce((most, node) => Math.max(most, node.bound), found.value);
      const proved = problem.concave ? Math.max(rest, early ? bound : found.value) : null;
      const closed = proved !== null && proved <= found.value + 2 * gap * Math.abs(found.value);
      return { ...found, status: closed ? "optimal" : "stationary", bound: proved, evaluations };
    },
  });
}

function restrict(problem: SolverProblem, states: readonly State[], start: Float64Array | null): SolverProblem {
  const lower = problem.lower.slice();
  const upper = problem.upper.slice();
  const rows: LinearRow[] = [...problem.rows];
  for (const [k, state] of states.entries()) {
    const { name, indices, minimum } = problem.switches[k]!;
    if (state === "off") for (const i of indices) upper[i] = Math.min(0, upper[i]!);
    if (state !== "on") continue;
    const [only, ...others] = indices;
    if (others.length === 0) lower[only!] = Math.max(lower[only!]!, minimum);
    else {
      rows.push({ name, indices, coefficients: indices.map(() => 1), lower: minimum, upper: Number.POSITIVE_INFINITY });
    }
  }
  return { ...problem, lower, upper, rows, switches: [], starts: start ? [start, ...problem.starts] : problem.starts };
}

// The switch that is neither off nor at its minimum, closest to the middle; null when all hold.
function broken({ switches }: SolverProblem, x: Float64Array): number | null {
  let worst: number | null = null;
  let most = 1e-9;
  for (const [k, { indices, minimum }] of switches.entries()) {
    const share = sumOver(indices, x) / minimum;
    const distance = Math.min(share, 1 - share);
    if (distance > most) {
      most = distance;
      worst = k;
    }
  }
  return worst;
}

function sumOver(indices: readonly number[], x: Float64Array): number {
  let sum = 0;
  for (const i of indices) sum += x[i]!;
  return sum;
}
