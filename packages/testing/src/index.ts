export { type CausalConformance, testCausalEngine } from "./causal-engine/test-causal-engine.js";
export { type LayerConformance, testCausalLayer } from "./causal-layer/test-causal-layer.js";
export { type Numbers, registerMatchers, type Tolerance, worstDifference } from "./matcher/allclose.js";
export { testTensorEngine } from "./tensor-engine/test-tensor-engine.js";
