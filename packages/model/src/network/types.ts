/** How the training of a network went; kept in the fit for people to judge. */
export interface NetworkRun {
  /** Engine that computed, for example `onnx`. */
  readonly engine: string;
  /** Temporal engine, for example `gru`. */
  readonly temporal: string;
  /** Trained alternately with the structural part. */
  readonly rounds: readonly NetworkRound[];
  /** Where and why training ceased to be finite; null when it did not. */
  readonly divergence: { readonly step: number; readonly parameter: string; readonly message: string } | null;
}

export interface NetworkRound {
  /** Steps taken on all training periods. */
  readonly steps: number;
  /** Loss per training cell at the start and at the end. */
  readonly loss: readonly [number, number];
  /**
   * Forecasts of the last training periods from those before: root mean squared error as a part of a unit's mean KPI,
   * with constant effects and with the best path, and how many standard errors of its mean the difference of their
   * squares over the periods is. Null where the data are too short for a window, and after the first round, which decides for all.
   */
  readonly validation: {
    readonly periods: number;
    readonly constant: number;
    readonly best: number;
    readonly evidence: number;
  } | null;
}
