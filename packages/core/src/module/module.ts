import type { Random } from "../random/random.js";

/** A plain tree of leaves: a leaf, or an object whose values are trees. Models keep their parameters in such trees. */
export type Tree<Leaf> = Leaf | { readonly [name: string]: Tree<Leaf> };

/**
 * One part of a model, as a value. `Leaf` is the tensor type (`@mmm/tensor` binds it to tfjs tensors).
 *
 * `init` makes parameters for given static shapes; `apply` is pure: same parameters and input, same output. A module
 * holds no state and no hidden randomness; modules are composed by calling each other's `init` and `apply`.
 */
export interface Module<
  Leaf,
  Params extends Tree<Leaf> = Tree<Leaf>,
  Input = Leaf,
  Context = undefined,
  Output = Leaf,
> {
  readonly name: string;
  init(random: Random, shape: Readonly<Record<string, number>>): Params;
  apply(params: Params, input: Input, context: Context): Output;
  /** Negative log prior (up to a constant) as a scalar; added to the objective. */
  penalty?(params: Params): Leaf;
  /** Parameters in the field's terms, for example `{ decay: [0.3, 0.7] }`. Reads values: never call it while tracing. */
  describe?(params: Params): Readonly<Record<string, unknown>>;
}
