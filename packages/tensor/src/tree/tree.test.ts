import { expect, it } from "vitest";
import { ndArray } from "../array/nd-array.js";
import { flattenTree, leavesOf, mapTree, unflattenTree, zipTrees } from "./tree.js";

const tree = { a: 1, b: { c: 2, d: { e: 3 } } };

it("maps leaves with their paths", () => {
  expect(mapTree(tree, (leaf: number, name) => `${name}=${leaf}`)).toEqual({
    a: "a=1",
    b: { c: "b.c=2", d: { e: "b.d.e=3" } },
  });
});

it("flatten and unflatten undo each other, and order is kept", () => {
  const flat = flattenTree<number>(tree);
  expect([...flat.keys()]).toEqual(["a", "b.c", "b.d.e"]);
  expect(unflattenTree(tree, flat)).toEqual(tree);
  expect(leavesOf<number>(tree)).toEqual([1, 2, 3]);
});

it("takes arrays as leaves, and a lone leaf as a tree", () => {
  const array = ndArray([1, 2]);
  expect(leavesOf({ x: array })).toEqual([array]);
  expect([...flattenTree(array)]).toEqual([["", array]]);
});

it("names the place where trees differ", () => {
  expect(() => zipTrees(tree, { a: 1, b: { c: 2, d: 3 } }, () => 0)).toThrow(
    "The trees differ at 'b.d': { e } against a leaf.",
  );
  expect(() => unflattenTree(tree, new Map([["a", 1]]))).toThrow("No value is given for 'b.c'; given: a.");
});
