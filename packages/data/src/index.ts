export { describeLiftTest, type LiftTest } from "./lift-tests/lift-test.js";
export { type PlacedLiftTest, placeLiftTest } from "./lift-tests/place-lift-test.js";
export { type ReadLiftTestsOptions, readLiftTests } from "./lift-tests/read-lift-tests.js";
export { type ColumnProfile, profileColumns } from "./number/column-profile.js";
export type { DecimalMark } from "./number/read-number.js";
export { type CheckPanelOptions, checkPanel, leastParameters } from "./panel/check-panel.js";
export { type LoadedPanel, type LoadPanelOptions, loadPanel } from "./panel/load-panel.js";
export { type PanelTableOptions, panelToTable } from "./panel/panel-table.js";
export { type ToPanelOptions, type ToPanelResult, toPanel } from "./panel/to-panel.js";
export {
  looksLikeParquet,
  type ParquetBlock,
  type ParquetCell,
  type ParquetOptions,
  type ParquetSource,
  parquetBlocks,
} from "./parquet/parquet-blocks.js";
export { readParquetTable } from "./parquet/parquet-table.js";
export { compileDatePattern, type DatePattern } from "./period/date-pattern.js";
export { type PeriodReading, readPeriods } from "./period/read-periods.js";
export { buildTimeline, type Timeline } from "./period/timeline.js";
export { inspectPanel } from "./quality/inspect-panel.js";
export type { ColumnQuality, DataQuality } from "./quality/types.js";
export { describeRoles, type RoleLine, roleLines } from "./roles/describe.js";
export { detectRoles } from "./roles/detect.js";
export { matchesGlob, selectColumns } from "./roles/glob.js";
export type { ControlSource, RoleAssignment, RoleName, RoleOptions, TableRoles } from "./roles/types.js";
export {
  fitScalers,
  type Scalers,
  scaleActivity,
  scaleControl,
  scaleKpi,
  unscaleActivity,
  unscaleControl,
  unscaleKpi,
} from "./scale/scalers.js";
export type { SimulationOptions, SimulationSettings } from "./simulate/options.js";
export { type LiftTestDesign, simulateLiftTest } from "./simulate/simulate-lift-test.js";
export { type Simulation, simulatePanel } from "./simulate/simulate-panel.js";
export {
  type ChannelTruth,
  type SimulationTruth,
  type SpendEdge,
  type TruthTotals,
  trueContribution,
  trueLagWeights,
  trueResponse,
  trueTotalEffects,
  truthSummary,
  truthTotals,
} from "./simulate/truth.js";
export {
  type Holdout,
  holdoutStart,
  type PeriodSplit,
  type SplitOptions,
  splitPeriods,
} from "./split/split-periods.js";
export { normalQuantile } from "./statistics/normal-quantile.js";
export { median, quantile } from "./statistics/quantile.js";
export type { Delimiter } from "./table/delimiter.js";
export { type ReadTableOptions, readTable } from "./table/read-table.js";
export { createTable, type Table, type TableColumn, tableColumn } from "./table/table.js";
export { toCsv } from "./table/write-csv.js";
