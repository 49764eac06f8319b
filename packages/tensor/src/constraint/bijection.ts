// A constraint is a bijection between the whole real line, where optimisers move freely, and the values that a
// parameter may take. With the log-Jacobian, a prior stated on the constrained value becomes one on the free value.

import type { Tensor } from "@tensorflow/tfjs-core";

/** A smooth one-to-one map from unconstrained to constrained values, as tensor functions. */
export interface Bijection {
  readonly name: string;
  /** Unconstrained → constrained. */
  forward(unconstrained: Tensor): Tensor;
  /** Constrained → unconstrained; values on the boundary give infinities. */
  inverse(constrained: Tensor): Tensor;
  /** `log |det ∂forward/∂unconstrained|`, summed over all elements, a scalar. */
  logJacobian(unconstrained: Tensor): Tensor;
}
