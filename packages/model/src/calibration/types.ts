import type { Interval } from "../result/types.js";

/** A lift test beside what the model says about the same quantity, without and with what calibrates the fit. */
export interface LiftTestResult {
  readonly channel: string;
  readonly units: "all" | readonly string[];
  /** First and last period of the change, and last period in which the KPI was measured. */
  readonly from: string;
  readonly to: string;
  readonly until: string;
  /** Actual minus counterfactual spend in those units and periods; activity where no cost is known. */
  readonly spendChange: number;
  /** Measured, KPI units. */
  readonly lift: number;
  readonly standardError: number;
  /** False for a test that reaches into the holdout: it is compared, but did not steer the fit. */
  readonly used: boolean;
  /** The model's lift without any test or prior, and with all that are used. */
  readonly before: Interval;
  readonly after: Interval;
  /** Measured minus `before`, over the standard deviation that both together explain. */
  readonly z: number;
  /** The same as returns: lift (times revenue per KPI where given) per unit of changed spend; null without spend. */
  readonly roi: { readonly measured: Interval; readonly before: Interval; readonly after: Interval } | null;
}

/** A prior answer beside what the model says about the same quantity. */
export interface PriorResult {
  readonly channel: string;
  readonly quantity: "roi" | "share";
  /** The range that was believed to hold the quantity with probability 90 %. */
  readonly low: number;
  readonly high: number;
  /** Over the training periods. */
  readonly before: Interval;
  readonly after: Interval;
  /** Distance of the belief and `before` on the logarithmic scale, over the deviation that both together explain. */
  readonly z: number;
}

/** What lift tests and priors changed: every number without and with them. */
export interface CalibrationResult {
  readonly tests: readonly LiftTestResult[];
  readonly priors: readonly PriorResult[];
  /** Every channel as in `MmmResult.channels`; `before` is the fit without any test or prior. */
  readonly channels: readonly {
    readonly name: string;
    readonly roi: { readonly before: Interval; readonly after: Interval } | null;
    readonly contribution: { readonly before: Interval; readonly after: Interval };
    readonly share: { readonly before: Interval; readonly after: Interval };
  }[];
}
