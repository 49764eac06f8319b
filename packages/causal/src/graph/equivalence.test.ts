import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Adjacency, adjacencyFromPairs } from "./adjacency.js";
import { cpdagToDag, dagToCpdag, orientByKnowledge } from "./equivalence.js";
import { isAcyclic } from "./order.js";

function allDags(size: number): Adjacency[] {
  const pairs: [number, number][] = [];
  for (let i = 0; i < size; i++) for (let j = i + 1; j < size; j++) pairs.push([i, j]);
  const dags: Adjacency[] = [];
  for (let code = 0; code < 3 ** pairs.length; code++) {
    const dag = new Uint8Array(size * size);
    let rest = code;
    for (const [i, j] of pairs) {
      if (rest % 3 === 1) dag[i * size + j] = 1;
      if (rest % 3 === 2) dag[j * size + i] = 1;
      rest = Math.floor(rest / 3);
    }
    if (isAcyclic(dag)) dags.push(dag);
  }
  return dags;
}

/** Skeleton and unshielded colliders: equal exactly for Markov equivalent DAGs (Verma & Pearl 1990). */
function signature(dag: Adjacency, size: number): string {
  const adjacent = (i: number, j: number) => dag[i * size + j] || dag[j * size + i];
  const parts: string[] = [];
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      if (adjacent(i, j)) parts.push(`${i}-${j}`);
      for (let k = 0; k < size; k++) {
        if (dag[i * size + k] && dag[j * size + k] && !adjacent(i, j)) parts.push(`${i}>${k}<${j}`);
      }
    }
  }
  return parts.sort().join();
}

describe("CPDAG of every DAG on four nodes", () => {
  const size = 4;
  const classes = new Map<string, Adjacency[]>();
  for (const dag of allDags(size)) {
    const key = signature(dag, size);
    classes.set(key, [...(classes.get(key) ?? []), dag]);
  }

  it("counts 543 DAGs in 185 classes", () => {
    expect([...classes.values()].flat()).toHaveLength(543);
    expect(classes.size).toBe(185);
  });

  it("is the union of the members of the class", () => {
    for (const members of classes.values()) {
      const union = new Uint8Array(size * size);
      for (const dag of members) for (let k = 0; k < dag.length; k++) union[k]! |= dag[k]!;
      for (const dag of members) expect(dagToCpdag(dag)).toEqual(union);
    }
  });

  it("has an extension in its own class", () => {
    for (const [key, members] of classes) expect(signature(cpdagToDag(dagToCpdag(members[0]!)), size)).toBe(key);
  });

  it("with one forbidden direction is the union of the members that respect it", () => {
    for (const members of classes.values()) {
      const cpdag = dagToCpdag(members[0]!);
      for (let mark = 0; mark < cpdag.length; mark++) {
        const left = members.filter((dag) => !dag[mark]);
        if (left.length === 0) continue;
        const union = new Uint8Array(size * size);
        for (const dag of left) for (let k = 0; k < dag.length; k++) union[k]! |= dag[k]!;
        const allowed = new Uint8Array(size * size).fill(1);
        allowed[mark] = 0;
        const refined = orientByKnowledge(cpdag, allowed);
        expect(refined).toEqual(union);
        expect(cpdagToDag(refined)[mark]).toBe(0);
      }
    }
  });
});

it("an extension of the CPDAG of a random DAG has that CPDAG again", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 9 }), fc.infiniteStream(fc.boolean()), (size, coins) => {
      const pairs: [number, number][] = [];
      for (let i = 0; i < size; i++) {
        for (let j = i + 1; j < size; j++) if (coins.next().value && coins.next().value) pairs.push([i, j]);
      }
      const cpdag = dagToCpdag(adjacencyFromPairs(size, pairs));
      expect(dagToCpdag(cpdagToDag(cpdag))).toEqual(cpdag);
    }),
    { numRuns: 150, seed: 1 },
  );
});

it("rejects marks no DAG can carry: an undirected square", () => {
  const square = new Uint8Array(16);
  for (const [i, j] of [
    [0, 1],
    [1, 2],
    [2, 3],
    [3, 0],
  ] as const) {
    square[i * 4 + j] = square[j * 4 + i] = 1;
  }
  expect(() => cpdagToDag(square)).toThrow("No DAG has exactly these edges");
});
