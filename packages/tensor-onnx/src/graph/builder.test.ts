import { expect, it } from "vitest";
import { createGraphBuilder } from "./builder.js";
import { inOrder, type Value } from "./value.js";

const operators = (...outputs: Value[]): string[] => inOrder(outputs).map(({ operator }) => operator);

it("computes the same thing once", () => {
  const graph = createGraphBuilder();
  const x = graph.input([2, 3], "real");
  const first = graph.unary("Exp", graph.binary("Add", x, graph.scalar(1)));
  const second = graph.unary("Exp", graph.binary("Add", x, graph.scalar(1)));
  expect(second).toBe(first);
  expect(
    graph.constant(
      Float64Array.from({ length: 40 }, (_, i) => i),
      [40],
      "real",
    ),
  ).toBe(
    graph.constant(
      Float64Array.from({ length: 40 }, (_, i) => i),
      [40],
      "real",
    ),
  );
});

it("visits only what outputs need, dependencies first", () => {
  const graph = createGraphBuilder();
  const x = graph.input([4], "real");
  graph.unary("Log", x);
  const y = graph.unary("Exp", graph.unary("Neg", x));
  expect(operators(y)).toEqual(["Input", "Neg", "Exp"]);
});

it("drops operations that change nothing", () => {
  const graph = createGraphBuilder();
  const x = graph.input([2, 3], "real");
  expect(graph.binary("Add", x, graph.expand(graph.scalar(0), [2, 3]))).toBe(x);
  expect(graph.binary("Mul", graph.scalar(1), x)).toBe(x);
  expect(graph.transpose(graph.transpose(x, [1, 0]), [1, 0])).toBe(x);
  expect(graph.reshape(graph.reshape(x, [6]), [2, 3])).toBe(x);
  expect(graph.unary("Neg", graph.unary("Neg", x))).toBe(x);
  // Adding a zero that broadcasts x is not nothing.
  expect(graph.binary("Add", x, graph.expand(graph.scalar(0), [5, 2, 3])).shape).toEqual([5, 2, 3]);
});

it("lets operators broadcast instead of expanding first", () => {
  const graph = createGraphBuilder();
  const x = graph.input([4, 3], "real");
  const row = graph.input([1, 3], "real");
  const product = graph.binary("Mul", x, graph.expand(row, [4, 3]));
  expect(product.node.inputs).toEqual([x, row]);
  // Both expanded: one of them must stay so, or the shape would be lost.
  const both = graph.binary("Mul", graph.expand(row, [4, 3]), graph.expand(row, [4, 3]));
  expect(both.shape).toEqual([4, 3]);
  expect(both.node.inputs.some(({ shape }) => shape[0] === 4)).toBe(true);
});

it("computes outside a loop what does not depend on it", () => {
  const graph = createGraphBuilder();
  const weight = graph.input([3, 3], "real");
  const state = graph.input([2, 3], "real");
  const slice = graph.input([2, 3], "real");
  const next = graph.binary("Add", graph.matmul(state, graph.transpose(weight, [1, 0])), slice);
  const body = graph.body([state, slice], [next]);
  expect(body.captures.map(({ node }) => node.operator)).toEqual(["Transpose"]);
});
