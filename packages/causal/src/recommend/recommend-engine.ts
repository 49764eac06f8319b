// Which engine for this data set, and why, in words a reader can check.

import type { CausalData, CausalEngine, DiscoverOptions, RunHooks } from "@mmm/core";
import { lingam } from "../engines/lingam.js";
import { orderBic } from "../engines/order-bic.js";
import { svarOrder } from "../engines/svar-order.js";
import { autoregressionResiduals, varLingam } from "../engines/varlingam.js";
import { type NonGaussianity, nonGaussianity, residualColumns, testResiduals } from "../honesty/non-gaussianity.js";
import { type LagChoice, laggedDesign, resolveLags } from "../lagged/lagged-design.js";
import { checkedMoments } from "../moments/check-data.js";
import { momentsOf } from "../moments/moments.js";

export interface EngineRecommendation {
  readonly engine: CausalEngine;
  readonly reasons: readonly string[];
  /** What the choice between Gaussian and non-Gaussian rests on; null with fewer than 20 rows. */
  readonly nonGaussianity: NonGaussianity | null;
  /** The other sensible choice, worth comparing. */
  readonly alternative: CausalEngine;
}

/**
 * The scale-free engine that fits the data.
 *
 * Unordered rows: `order-bic`, or `lingam` when its residuals are clearly not Gaussian. Time series: `svar-order`, or
 * `varlingam`. Engines that read variances (`eqvar`, least-squares NOTEARS) are never recommended: columns of marketing
 * data share neither unit nor noise level.
 *
 * @example const { engine, reasons } = await recommendEngine(data); const graph = await engine.discover(data);
 */
export async function recommendEngine(
  data: CausalData,
  options: DiscoverOptions & { readonly lags?: LagChoice } = {},
  hooks?: RunHooks,
): Promise<EngineRecommendation> {
  checkedMoments(data);
  const { lags = { atMost: 3 } } = options;
  const test = data.temporal ? testSeries(data, lags) : await testRows(data, options, hooks);
  const gaussian = data.temporal ? svarOrder({ lags }) : orderBic();
  const skewed = data.temporal ? varLingam({ lags }) : lingam();
  const [engine, alternative] = test?.recommendsLingam ? [skewed, gaussian] : [gaussian, skewed];
  return { engine, alternative, nonGaussianity: test, reasons: reasonsFor(data, test) };
}

function reasonsFor(data: CausalData, test: NonGaussianity | null): string[] {
  const reasons = [
    data.temporal
      ? "The rows are time series, so same-period and lagged causes are looked for together."
      : "The rows have no time order, so only same-period causes are looked for.",
  ];
  if (!test) reasons.push("There are too few rows to test the residuals, so the Gaussian engine is used.");
  else if (test.recommendsLingam) {
    reasons.push(
      `${test.rejecting} of ${test.perColumn.length} residuals are clearly not Gaussian (p = ${test.significance.toExponential(1)}), which identifies directions.`,
    );
  } else {
    reasons.push(
      `Residuals are close to Gaussian (${test.rejecting} of ${test.perColumn.length} reject, p = ${test.significance.toPrecision(2)}), so their shape cannot tell directions.`,
    );
  }
  reasons.push("The engine does not read the scale of the columns, which carries no information in marketing data.");
  return reasons;
}

async function testRows(
  data: CausalData,
  options: DiscoverOptions,
  hooks: RunHooks | undefined,
): Promise<NonGaussianity | null> {
  if (data.rows < 20) return null;
  return nonGaussianity(data, await orderBic().discover(data, options, hooks));
}

/** Series: residuals of the autoregression, with same-period neighbours left in (they only make them more Gaussian). */
function testSeries(data: CausalData, lags: LagChoice): NonGaussianity | null {
  const design = laggedDesign(data, resolveLags(data, lags));
  const moments = momentsOf(design.data);
  if (design.data.rows < 2 * moments.size) return null;
  const residuals = autoregressionResiduals(design, moments);
  return testResiduals(data.columns, decorrelate(data, residuals));
}

/** Residuals of each column on all earlier columns: what is left when the present is taken out in column order. */
function decorrelate(data: CausalData, residuals: readonly Float64Array[]): Float64Array[] {
  const size = data.columns.length;
  const rows = residuals[0]!.length;
  const values = new Float64Array(rows * size);
  for (let j = 0; j < size; j++) for (let t = 0; t < rows; t++) values[t * size + j] = residuals[j]![t]!;
  const table = { columns: data.columns, rows, values, temporal: false };
  return residualColumns(
    table,
    momentsOf(table),
    data.columns.map((_, j) => Array.from({ length: j }, (_, k) => k)),
  );
}
