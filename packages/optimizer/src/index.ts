export { type DrawObjective, drawObjective, type Objective, objectiveValue } from "./objective/objective.js";
export {
  type AmountRow,
  type Amounts,
  cellSpend,
  compareScenarios,
  efficientFrontier,
  type Scenario,
  type ScenarioResult,
} from "./plan/compare.js";
export { frontierToCsv, planToCsv, scenariosToCsv } from "./plan/csv.js";
export { type PlanOptions, planBudget } from "./plan/plan.js";
export type * from "./plan/types.js";
export type * from "./problem/request.js";
export type { ActivityLink, CurveDraw, GridChannel, GridOptions } from "./response/grid.js";
export { gridResponse } from "./response/grid-response.js";
export { type ResponseOptions, responseModelOf } from "./response/of-fit.js";
export {
  cellName,
  channelSpend,
  type InsidePlan,
  meanResponse,
  type ResponseModel,
  type SpendCell,
  type Timing,
  todayKpi,
} from "./response/response-model.js";
export { allocationSolvers, chooseSolver } from "./solver/choose.js";
export {
  type AllocationSolver,
  defineAllocationSolver,
  type SolverOptions,
  type SolverProblem,
  type SolverResult,
  type Switch,
} from "./solver/contract.js";
export { type EnvelopeOptions, envelopeSearch } from "./solver/envelope-search.js";
export { marginalEqualisation } from "./solver/marginal-equalisation.js";
export { type OnOffOptions, onOffSearch } from "./solver/on-off.js";
export { smoothSolver } from "./solver/smooth.js";
