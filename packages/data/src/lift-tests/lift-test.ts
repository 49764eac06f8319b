// One lift test as its author states it: what was changed, where and when, and by how much the KPI differed for it.

/**
 * A measured effect of a change of spend.
 *
 * `lift` and `standardError` are in KPI units, summed over the units and over the periods `from` … `until`. The sign of
 * `lift` follows the change: a test that cut spend and lost sales has a negative lift.
 */
export interface LiftTest {
  readonly channel: string;
  readonly units: "all" | readonly string[];
  /** First and last period of the change: any date in them, or the number of an index period. */
  readonly from: string;
  readonly to: string;
  /** Last period in which the KPI was measured; later than `to` to count what was carried over. Default `to`. */
  readonly until?: string;
  /**
   * Actual spend minus spend without the test: a total amount over units and periods, a per cent of the spend without
   * the test, or `all` where without the test there would have been none. In activity where the channel has no cost.
   */
  readonly spendChange: { readonly amount: number } | { readonly percent: number } | "all";
  readonly lift: number;
  readonly standardError: number;
  /** Of the standard error, where it comes from few regions: the measurement is then taken as Student-t. */
  readonly degreesOfFreedom?: number;
  /**
   * Whether other channels were free to react to the test (searches that follow TV), so that the lift contains what the
   * channel set off in them. Default false: their spend was held.
   */
  readonly othersReact?: boolean;
}

/** A test in a few words, for messages. */
export function describeLiftTest({ channel, from, to }: LiftTest): string {
  return from === to ? `the test of '${channel}' in ${from}` : `the test of '${channel}' from ${from} to ${to}`;
}
