import type { Panel } from "@mmm/core";
import { type LiftTest, type SimulationTruth, simulateLiftTest } from "@mmm/data";
import { type CalibrationResult, fitStructural, viewFit } from "@mmm/model";

/** What a channel brought to three regions in eight weeks, measured to 5 % against people who did not see it. */
export function liftTest(truth: SimulationTruth, panel: Panel, channel: string): LiftTest {
  const [from, to, until] = [panel.periods[60]!, panel.periods[67]!, panel.periods[75]!];
  const units = panel.units.slice(0, 3);
  const design = { channel, units, from, to, until, spendChange: "all", relativeError: 0.05 } as const;
  return simulateLiftTest(truth, panel, design, 1);
}

export interface Calibrated {
  readonly calibration: CalibrationResult;
  /** What the fit says about tests that the data contradict. */
  readonly conflicts: readonly string[];
}

export async function calibrate(panel: Panel, liftTests: readonly LiftTest[]): Promise<Calibrated> {
  const fit = await fitStructural(panel, { holdout: 13, seed: 1, liftTests });
  const { calibration, diagnostics } = viewFit(fit).result;
  const conflicts = diagnostics.filter(({ code }) => code === "LIFT_TEST_CONFLICT").map(({ message }) => message);
  return { calibration: calibration!, conflicts };
}
