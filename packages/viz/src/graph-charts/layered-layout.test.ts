import fc from "fast-check";
import { expect, test } from "vitest";
import { type Arrow, layeredLayout } from "./layered-layout.js";

const nodes = ["a", "b", "c", "d", "e", "f"];
const pair = fc.tuple(fc.nat(5), fc.nat(5)).filter(([i, j]) => i !== j);

test("in a graph without circles every arrow points to a later layer", () => {
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 15 }), (pairs) => {
      const arrows = pairs.map(([i, j]): Arrow => ({ from: nodes[Math.min(i, j)]!, to: nodes[Math.max(i, j)]! }));
      const layer = new Map(layeredLayout(nodes, arrows).map((place) => [place.name, place.layer]));
      for (const { from, to } of arrows) expect(layer.get(to)!).toBeGreaterThan(layer.get(from)!);
    }),
  );
});

test("any graph gets a layout in which no two nodes share a place", () => {
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 20 }), (pairs) => {
      const arrows = pairs.map(([i, j]): Arrow => ({ from: nodes[i]!, to: nodes[j]! }));
      const places = layeredLayout(nodes, arrows);
      expect(new Set(places.map(({ layer, position }) => `${layer} ${position}`)).size).toBe(nodes.length);
      for (const { position } of places) expect(position > 0 && position < 1).toBe(true);
    }),
  );
});

test("the sweeps remove a crossing that the given order has", () => {
  const places = layeredLayout(
    ["a", "b", "x", "y"],
    [
      { from: "a", to: "y" },
      { from: "b", to: "x" },
    ],
  );
  const at = new Map(places.map(({ name, position }) => [name, position]));
  expect(Math.sign(at.get("a")! - at.get("b")!)).toBe(Math.sign(at.get("y")! - at.get("x")!));
});

test("single nodes in a row leave the line when an arrow passes over one of them", () => {
  const chain = [
    { from: "a", to: "b" },
    { from: "b", to: "c" },
  ];
  const positions = (arrows: readonly Arrow[]) =>
    layeredLayout(["a", "b", "c"], arrows).map(({ position }) => position);
  expect(positions(chain)).toEqual([0.5, 0.5, 0.5]);
  const [a, b, c] = positions([...chain, { from: "a", to: "c" }]);
  expect(a).toBe(c);
  expect(Math.abs(a! - b!)).toBeGreaterThan(0.1);
});
