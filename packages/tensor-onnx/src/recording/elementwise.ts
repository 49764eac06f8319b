// ONNX lowerings of kernels that work element by element.

import type { Value } from "../graph/value.js";
import type { Lowering, LoweringContext } from "./recording.js";

const unary =
  (operator: string): Lowering =>
  ({ graph, inputs }) =>
    graph.unary(operator, inputs["x"]!);

const binary =
  (operator: string): Lowering =>
  ({ graph, inputs }) =>
    graph.binary(operator, inputs["a"]!, inputs["b"]!);

const comparison =
  (operator: string): Lowering =>
  ({ graph, inputs }) =>
    graph.binary(operator, inputs["a"]!, inputs["b"]!, "bool");

/** `eˣ − 1` without cancellation near 0: there `2 t / (1 − t)` with `t = tanh(x / 2)`. */
const expm1: Lowering = ({ graph, inputs }) => {
  const x = inputs["x"]!;
  const one = graph.scalar(1);
  const half = graph.unary("Tanh", graph.binary("Mul", x, graph.scalar(0.5)));
  const near = graph.binary("Div", graph.binary("Mul", half, graph.scalar(2)), graph.binary("Sub", one, half));
  const isNear = graph.binary("Less", graph.unary("Abs", x), one, "bool");
  return graph.where(isNear, near, graph.binary("Sub", graph.unary("Exp", x), one));
};

/** `log(1 + x)` accurate near 0 (Kahan): `x log(u) / (u − 1)` with the rounded `u = 1 + x`, and `x` where `u = 1`. */
const log1p: Lowering = ({ graph, inputs }) => {
  const x = inputs["x"]!;
  const one = graph.scalar(1);
  const u = graph.binary("Add", x, one);
  const tiny = graph.binary("Equal", u, one, "bool");
  const divisor = graph.where(tiny, graph.expand(one, x.shape), graph.binary("Sub", u, one));
  return graph.where(tiny, x, graph.binary("Div", graph.binary("Mul", x, graph.unary("Log", u)), divisor));
};

const exponentials =
  (sign: 1 | -1): Lowering =>
  ({ graph, inputs }) => {
    const grown = graph.unary("Exp", inputs["x"]!);
    const shrunk = graph.unary("Exp", graph.unary("Neg", inputs["x"]!));
    return graph.binary("Mul", graph.binary(sign === 1 ? "Add" : "Sub", grown, shrunk), graph.scalar(0.5));
  };

const step: Lowering = ({ graph, inputs, attributes }) => {
  const x = inputs["x"]!;
  // tfjs's own gradient of abs asks for a step from −1 to 1 and means the sign.
  if (attributes["alpha"] === -1) return graph.unary("Sign", x);
  const above = graph.binary("Greater", x, graph.scalar(0), "bool");
  return graph.where(above, graph.expand(graph.scalar(1), x.shape), graph.scalar(Number(attributes["alpha"])));
};

const squareOf = ({ graph }: LoweringContext, x: Value): Value => graph.binary("Mul", x, x);

const cast: Lowering = ({ graph, inputs, attributes }) => {
  const x = inputs["x"]!;
  const dtype = attributes["dtype"] as string;
  return graph.cast(x, dtype === "float32" ? "real" : dtype === "bool" ? "bool" : "int32");
};

const addN: Lowering = ({ graph, inputs }) => Object.values(inputs).reduce((sum, x) => graph.binary("Add", sum, x));

export const elementwiseLowerings: Readonly<Record<string, Lowering>> = {
  Add: binary("Add"),
  Sub: binary("Sub"),
  Multiply: binary("Mul"),
  RealDiv: binary("Div"),
  Pow: binary("Pow"),
  Maximum: binary("Max"),
  Minimum: binary("Min"),
  Mod: ({ graph, inputs }) => {
    const quotient = graph.unary("Floor", graph.binary("Div", inputs["a"]!, inputs["b"]!));
    return graph.binary("Sub", inputs["a"]!, graph.binary("Mul", quotient, inputs["b"]!));
  },
  SquaredDifference: (context) =>
    squareOf(context, context.graph.binary("Sub", context.inputs["a"]!, context.inputs["b"]!)),
  AddN: addN,
  Neg: unary("Neg"),
  Exp: unary("Exp"),
  Expm1: expm1,
  Log: unary("Log"),
  Log1p: log1p,
  Sqrt: unary("Sqrt"),
  Rsqrt: ({ graph, inputs }) => graph.unary("Reciprocal", graph.unary("Sqrt", inputs["x"]!)),
  Square: (context) => squareOf(context, context.inputs["x"]!),
  Reciprocal: unary("Reciprocal"),
  Abs: unary("Abs"),
  Sign: unary("Sign"),
  Sigmoid: unary("Sigmoid"),
  Softplus: unary("Softplus"),
  Tanh: unary("Tanh"),
  Relu: unary("Relu"),
  LeakyRelu: ({ graph, inputs, attributes }) =>
    graph.unary("LeakyRelu", inputs["x"]!, { alpha: { float: Number(attributes["alpha"]) } }),
  Elu: unary("Elu"),
  Sin: unary("Sin"),
  Cos: unary("Cos"),
  Sinh: exponentials(-1),
  Cosh: exponentials(1),
  Tan: ({ graph, inputs }) => graph.binary("Div", graph.unary("Sin", inputs["x"]!), graph.unary("Cos", inputs["x"]!)),
  Atan: unary("Atan"),
  Selu: unary("Selu"),
  Relu6: ({ graph, inputs }) => graph.apply("Clip", [inputs["x"]!, graph.scalar(0), graph.scalar(6)], inputs["x"]!),
  Erf: unary("Erf"),
  Floor: unary("Floor"),
  Ceil: unary("Ceil"),
  Round: unary("Round"),
  Step: step,
  ClipByValue: ({ graph, inputs, attributes }) => {
    const bounds = [attributes["clipValueMin"], attributes["clipValueMax"]].map((bound) => graph.scalar(Number(bound)));
    const { shape, type } = inputs["x"]!;
    return graph.apply("Clip", [inputs["x"]!, ...bounds], { shape, type });
  },
  Equal: comparison("Equal"),
  NotEqual: ({ graph, inputs }) => graph.unary("Not", graph.binary("Equal", inputs["a"]!, inputs["b"]!, "bool")),
  Less: comparison("Less"),
  LessEqual: comparison("LessOrEqual"),
  Greater: comparison("Greater"),
  GreaterEqual: comparison("GreaterOrEqual"),
  LogicalAnd: comparison("And"),
  LogicalOr: comparison("Or"),
  LogicalXor: comparison("Xor"),
  LogicalNot: unary("Not"),
  // Through reals, because integer division in ONNX truncates.
  FloorDiv: ({ graph, inputs }) => {
    const [a, b] = [graph.cast(inputs["a"]!, "real"), graph.cast(inputs["b"]!, "real")];
    return graph.cast(graph.unary("Floor", graph.binary("Div", a, b)), inputs["a"]!.type);
  },
  IsNan: ({ graph, inputs }) => graph.apply("IsNaN", [inputs["x"]!], { shape: inputs["x"]!.shape, type: "bool" }),
  Select: ({ graph, inputs }) => {
    const { condition, t, e } = inputs as Record<"condition" | "t" | "e", Value>;
    // A vector condition chooses whole rows.
    const rank = t.shape.length;
    const aligned =
      condition.shape.length === 1 && rank > 1
        ? graph.reshape(condition, [condition.shape[0]!, ...Array<number>(rank - 1).fill(1)])
        : condition;
    return graph.where(aligned, t, e);
  },
  Cast: cast,
  Identity: ({ inputs }) => inputs["x"]!,
};
