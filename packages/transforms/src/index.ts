export {
  type AdstockContext,
  type AdstockModuleOptions,
  adstockModule,
  carryOverTensor,
} from "./adstock/adstock-module.js";
export { type LagWeightFormula, tensorLagWeights } from "./adstock/tensor-weights.js";
export { type BasisModuleOptions, type BasisParameters, basisModule } from "./basis/basis-module.js";
export {
  constrainTensor,
  type FreeParameters,
  type FreePrior,
  type PriorOptions,
} from "./parameter/free-parameters.js";
export * from "./plain.js";
export { type SaturationModuleOptions, saturationModule } from "./saturation/saturation-module.js";
export { type ResponseFormula, tensorResponse } from "./saturation/tensor-response.js";
export { fourierSeasonModule } from "./season/season-module.js";
export { knotTrendModule, linearTrendModule, slopeChangeModule } from "./trend/trend-module.js";
