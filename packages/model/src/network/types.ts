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
   * Loss of the validation window, the last training periods, with constant effects and with the best path; null where
   * the data are too short for a window, and after the first round, which decides for all.
   */
  readonly validation: { readonly periods: number; readonly constant: number; readonly best: number } | null;
}
