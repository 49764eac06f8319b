// Synthetic data with known graphs: the public face of `@mmm/causal/simulate`.
export { type LinearSimulation, simulateInternallyStandardised, simulateLinear } from "./linear.js";
export { drawNoise, drawUnitNoise, type NoiseLaw } from "./noise.js";
export { type GraphFamily, randomDag, randomWeights } from "./random-graph.js";
export { type SimulatedData, standardise } from "./simulated.js";
export { type SvarSimulation, simulateSvar } from "./svar.js";
