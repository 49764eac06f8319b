// The graph that recording builds: nodes of ONNX operators with static shapes. `real` is the floating type of the
// run, decided only when the graph is written out, so that one recording serves float32 and float64.
//
// A graph is never mutated. Equal nodes are one object from the start (see builder.ts), and what no output needs is
// simply never visited, so duplicate and dead nodes cost nothing.

export type ElementType = "real" | "int32" | "int64" | "bool";

/** One output of a node. */
export interface Value {
  readonly node: GraphNode;
  readonly output: number;
  readonly shape: readonly number[];
  readonly type: ElementType;
}

/** Attribute of an ONNX operator: an integer, integers, a float, a text, or an element type (for Cast). */
export type Attribute =
  | number
  | readonly number[]
  | { readonly float: number }
  | { readonly text: string }
  | { readonly elementType: ElementType };

export type ConstantData = Float64Array | Float32Array | Int32Array | BigInt64Array | Uint8Array;

/** A graph inside a node, for `Scan`. Values that it uses from outside are captured by name. */
export interface Body {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** Values of the outer graph that the body uses. */
  readonly captures: readonly Value[];
}

export interface GraphNode {
  readonly id: number;
  /** ONNX operator, or `Input`, or `Constant`. */
  readonly operator: string;
  readonly inputs: readonly Value[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly outputs: readonly Value[];
  readonly data?: ConstantData;
  readonly body?: Body;
}

/** Everything a node needs before it: its inputs, and what its body captures. */
function dependencies(node: GraphNode): readonly Value[] {
  return node.body ? [...node.inputs, ...node.body.captures] : node.inputs;
}

/** Nodes that the outputs need, each after its dependencies. `known` nodes count as given and are left out. */
export function inOrder(outputs: readonly Value[], known: ReadonlySet<GraphNode> = new Set()): GraphNode[] {
  const seen = new Set<GraphNode>(known);
  const order: GraphNode[] = [];
  const stack: { readonly node: GraphNode; next: number; readonly needs: readonly Value[] }[] = [];
  const visit = (node: GraphNode): void => {
    if (seen.has(node)) return;
    seen.add(node);
    stack.push({ node, next: 0, needs: dependencies(node) });
  };
  for (const output of outputs) {
    visit(output.node);
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      if (top.next < top.needs.length) visit(top.needs[top.next++]!.node);
      else {
        order.push(top.node);
        stack.pop();
      }
    }
  }
  return order;
}
