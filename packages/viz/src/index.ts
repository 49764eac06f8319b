export type { Cell, Chart, ChartOption, ChartTable, NumberStyle } from "./chart/chart.js";
export { chartTable } from "./chart/chart.js";
export { tableToCsv } from "./chart/csv.js";
export { axisTooltip, color, formatter, pointTooltip, shape } from "./chart/markers.js";
export { forecastOrigins } from "./check-charts/forecast-origins.js";
export { trainingCurve } from "./check-charts/training-curve.js";
export { correlationHeatmap, varianceInflation } from "./data-charts/correlations.js";
export { columnTable } from "./data-charts/data-quality.js";
export { actualVsPredicted } from "./fit-charts/actual-vs-predicted.js";
export { answerKeyChart, shareDistance } from "./fit-charts/answer-key.js";
export { baselineDrivers } from "./fit-charts/baseline-drivers.js";
export { calibrationByChannel } from "./fit-charts/calibration-channels.js";
export { priorChart } from "./fit-charts/calibration-priors.js";
export { liftTestChart } from "./fit-charts/calibration-tests.js";
export { carryoverCurve, carryoverCurves } from "./fit-charts/carryover-curves.js";
export { type RankedChannel, rankedChannels } from "./fit-charts/channel-order.js";
export { contributionWaterfall } from "./fit-charts/contribution-waterfall.js";
export { decompositionOverTime } from "./fit-charts/decomposition-over-time.js";
export { directVsTotal } from "./fit-charts/direct-vs-total.js";
export { effectsOverTime } from "./fit-charts/effects-over-time.js";
export { immediateVsCarried } from "./fit-charts/immediate-vs-carried.js";
export { naiveComparison } from "./fit-charts/naive-comparison.js";
export {
  residualAutocorrelation,
  residualHistogram,
  residualsOverTime,
  residualsVsPredicted,
} from "./fit-charts/residuals.js";
export { responseCurve, responseCurves } from "./fit-charts/response-curves.js";
export { returnOnInvestment } from "./fit-charts/return-on-investment.js";
export { spendVsEffect } from "./fit-charts/spend-vs-effect.js";
export { unitFit, unitPanels, unitRanking } from "./fit-charts/units.js";
export { createFormat, type Format, type FormatOptions } from "./format/format.js";
export { adjacencyHeatmap } from "./graph-charts/adjacency-heatmap.js";
export { drawnEdges } from "./graph-charts/drawn-edges.js";
export { type DrawnGraph, graphNetwork } from "./graph-charts/graph-network.js";
export { layeredLayout } from "./graph-charts/layered-layout.js";
export {
  type ClusterOfUnits,
  drawnGraph,
  type PairScores,
  type UnitForecast,
  type UnitGraph,
  type UnitGraphs,
} from "./graph-charts/unit-graphs.js";
export { type ComparisonView, comparisonSection } from "./graph-page/comparison-section.js";
export { type GraphPageOptions, renderGraphPage } from "./graph-page/graph-page.js";
export { type HonestyView, honestySection } from "./graph-page/honesty-section.js";
export { type TruthView, truthSection } from "./graph-page/truth-section.js";
export { unitsSection } from "./graph-page/units-section.js";
export type {
  AdviceRow,
  Claim,
  GalleryBlock,
  LegendEntry,
  PageBlock,
  PageSection,
  TextList,
  Tile,
  Tone,
} from "./html/blocks.js";
export type { Brand } from "./html/brand.js";
export { type PageOptions, renderPage } from "./html/page.js";
export { allocationShift, kpiBeforeAfter, spendBeforeAfter } from "./plan-charts/before-after.js";
export { flightingCalendars, moneyOverTime } from "./plan-charts/flighting-calendar.js";
export { frontierChart, returnsChart } from "./plan-charts/frontier.js";
export { scenarioChart } from "./plan-charts/scenarios.js";
export { unitShift } from "./plan-charts/unit-shift.js";
export { type PlanPageOptions, renderPlanPage } from "./plan-page/plan-page.js";
export { planSections, planSummary } from "./plan-page/plan-sections.js";
export { type PlanWords, planWords } from "./plan-page/plan-words.js";
export { type DrawOptions, toEchartsOption } from "./render/hydrate.js";
export { adviceRules, type ChannelAdvice, channelAdvice } from "./report/channel-advice.js";
export { type ContentOptions, reportCharts } from "./report/contents.js";
export { type ReportOptions, renderReport } from "./report/report.js";
export type { ValidationView } from "./report/sections.js";
export { type Verdict, verdict } from "./report/verdict.js";
export { type ColorName, type Palette, palettes, type ThemeName } from "./theme/palette.js";
export { whatIfSection } from "./what-if/section.js";
