// What calibration does to the truth: simulated markets with a lift test on their least certain channel, with beliefs
// about returns that are right as often as they claim, and with a wrong test that ought to be noticed.

import { createRandom, type Panel, type RunHooks, throwIfCancelled } from "@mmm/core";
import { type LiftTest, type SimulationTruth, simulateLiftTest, simulatePanel, truthTotals } from "@mmm/data";
import {
  type ChannelPriors,
  fitStructural,
  type Interval,
  type LiftTestResult,
  type MmmResult,
  viewFit,
} from "@mmm/model";
import { recoveryCases } from "./recovery.js";

/** Means over markets. ROI errors are |log(estimate / truth)|, widths log(upper / lower). */
export interface CalibrationRow {
  readonly name: "lift test" | "long test" | "priors" | "wrong test";
  readonly panels: number;
  /** Of the calibrated channels, without and with calibration. */
  readonly errorBefore: number;
  readonly errorAfter: number;
  readonly widthBefore: number;
  readonly widthAfter: number;
  /** How often the estimate of ROI is as near to the truth as the test is to the true lift nine times in ten; null without tests that are right. */
  readonly nearBefore: number | null;
  readonly nearAfter: number | null;
  /** Of what the test measured, the model's estimate against the truth: |log(estimate / true lift)|; null without tests. */
  readonly liftErrorBefore: number | null;
  readonly liftErrorAfter: number | null;
  /** How often the 90 % interval of the test alone holds the model's estimate of the lift; null without tests. */
  readonly metBefore: number | null;
  readonly metAfter: number | null;
  /** How often the interval of ROI holds the truth, over all channels. */
  readonly coverageBefore: number;
  readonly coverageAfter: number;
  /** Part of the markets with a finding that test or prior and data contradict each other. */
  readonly conflicts: number;
}

/** One standard error of a simulated test, as a part of its lift. */
const relativeError = 0.15;

/** Weeks without spend, and weeks after them that still count; the last ends before the holdout. */
const testLengths = { short: { dark: 4, after: 4 }, long: { dark: 8, after: 8 } } as const;

/** Standard deviation of the logarithm of a simulated belief about a return, and of its error. */
const beliefSd = 0.4;

/** Calibrate `panels` markets, the cases of the recovery suite in turn. */
export async function calibrationSuite(panels: number, seed: number, hooks: RunHooks): Promise<CalibrationRow[]> {
  const scores: { readonly name: CalibrationRow["name"]; readonly score: Score }[] = [];
  for (let i = 0; i < panels; i++) {
    const { name, options } = recoveryCases[i % recoveryCases.length]!;
    const { panel, truth } = simulatePanel(options, seed * 1000 + i);
    const known = truthTotals(truth).roi;
    const c = leastCertain(await fit(panel, {}, seed, hooks));
    const channel = panel.roles.channels[c]!.name;
    const measure = (length: TestLength, error?: number): LiftTest => testOf(truth, panel, channel, i, length, error);
    const [right, long] = [measure("short"), measure("long")];
    const lifts = { short: measure("short", 0).lift, long: measure("long", 0).lift };
    const variants = [
      { name: "lift test", given: { liftTests: [right] }, channels: [c], lift: lifts.short },
      { name: "long test", given: { liftTests: [long] }, channels: [c], lift: lifts.long },
      { name: "priors", given: { priors: beliefs(panel, known, i) }, channels: known.map((_, k) => k), lift: 0 },
      { name: "wrong test", given: { liftTests: [wrong(right)] }, channels: [c], lift: lifts.short },
    ] as const;
    for (const [k, variant] of variants.entries()) {
      throwIfCancelled(hooks);
      hooks.onProgress?.({
        phase: "calibration",
        step: 4 * i + k,
        total: 4 * panels,
        message: `${name}, ${variant.name}`,
      });
      const result = await fit(panel, variant.given, seed, hooks);
      scores.push({ name: variant.name, score: scoreOf(result, known, variant.channels, variant.lift) });
    }
  }
  hooks.onProgress?.({ phase: "calibration", step: 4 * panels, total: 4 * panels });
  const names = ["lift test", "long test", "priors", "wrong test"] as const;
  return names.map((name) =>
    summarise(
      name,
      scores.flatMap((each) => (each.name === name ? [each.score] : [])),
    ),
  );
}

async function fit(
  panel: Panel,
  given: { readonly liftTests?: readonly LiftTest[]; readonly priors?: ChannelPriors },
  seed: number,
  { signal }: RunHooks,
): Promise<MmmResult> {
  const hooks = signal ? { signal } : {};
  return viewFit(await fitStructural(panel, { holdout: 12, draws: 200, seed, graph: "none", ...given }, hooks)).result;
}

const width = ({ lower, upper }: Interval): number => Math.log(upper / lower);

function leastCertain({ channels }: MmmResult): number {
  const widths = channels.map(({ roi }) => width(roi!));
  return widths.indexOf(Math.max(...widths));
}

type TestLength = keyof typeof testLengths;

// A full stop: what some weeks brought in every second unit, against going dark there; it ends before the holdout.
function testOf(
  truth: SimulationTruth,
  panel: Panel,
  channel: string,
  seed: number,
  length: TestLength,
  error = relativeError,
): LiftTest {
  const { dark, after } = testLengths[length];
  const end = panel.periods.length - 16 - after;
  const units = panel.units.filter((_, r) => panel.units.length === 1 || r % 2 === 0);
  const [from, to, until] = [panel.periods[end - dark]!, panel.periods[end - 1]!, panel.periods[end + after - 1]!];
  const design = { channel, units, from, to, until, spendChange: "all", relativeError: error } as const;
  return simulateLiftTest(truth, panel, design, seed);
}

// A test that someone got wrong by a factor of three.
function wrong(test: LiftTest): LiftTest {
  return { ...test, lift: 3 * test.lift };
}

function beliefs(panel: Panel, roi: readonly number[], seed: number): ChannelPriors {
  const random = createRandom(seed).split("beliefs");
  const half = 1.6449 * beliefSd;
  return Object.fromEntries(
    panel.roles.channels.map(({ name }, c) => {
      const middle = Math.log(roi[c]!) + beliefSd * random.normal();
      return [name, { roi: [Math.exp(middle - half), Math.exp(middle + half)] as const }];
    }),
  );
}

interface Score {
  readonly errors: readonly { readonly before: number; readonly after: number }[];
  readonly widths: readonly { readonly before: number; readonly after: number }[];
  readonly hits: readonly { readonly before: boolean; readonly after: boolean }[];
  readonly near: readonly { readonly before: boolean; readonly after: boolean }[];
  readonly lifts: readonly { readonly before: number; readonly after: number }[];
  readonly met: readonly { readonly before: boolean; readonly after: boolean }[];
  readonly conflict: boolean;
}

function scoreOf(
  { calibration, diagnostics }: MmmResult,
  known: readonly number[],
  about: readonly number[],
  trueLift: number,
): Score {
  const of = <T>(read: (lift: Interval, test: LiftTestResult) => T) =>
    calibration!.tests.map((test) => ({ before: read(test.before, test), after: read(test.after, test) }));
  const both = calibration!.channels.map(({ roi }) => roi!);
  const each = <T>(read: (interval: Interval, truth: number) => T, which: readonly number[]) =>
    which.map((c) => ({ before: read(both[c]!.before, known[c]!), after: read(both[c]!.after, known[c]!) }));
  return {
    errors: each(({ mean }, truth) => Math.abs(Math.log(mean / truth)), about),
    widths: each(width, about),
    hits: each(
      ({ lower, upper }, truth) => lower <= truth && truth <= upper,
      both.map((_, c) => c),
    ),
    near: each(({ mean }, truth) => Math.abs(mean / truth - 1) <= 1.6449 * relativeError, about),
    lifts: of(({ mean }) => Math.abs(Math.log(mean / trueLift))),
    met: of(({ mean }, { lift, standardError }) => Math.abs(mean - lift) <= 1.6449 * standardError),
    conflict: diagnostics.some(({ code }) => code === "LIFT_TEST_CONFLICT" || code === "PRIOR_CONFLICT"),
  };
}

function summarise(name: CalibrationRow["name"], scores: readonly Score[]): CalibrationRow {
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const errors = scores.flatMap((one) => one.errors);
  const widths = scores.flatMap((one) => one.widths);
  const hits = scores.flatMap((one) => one.hits);
  const lifts = scores.flatMap((one) => one.lifts);
  const met = scores.flatMap((one) => one.met);
  const near = lifts.length > 0 && name !== "wrong test" ? scores.flatMap((one) => one.near) : null;
  return {
    name,
    panels: scores.length,
    errorBefore: mean(errors.map(({ before }) => before)),
    errorAfter: mean(errors.map(({ after }) => after)),
    widthBefore: mean(widths.map(({ before }) => before)),
    widthAfter: mean(widths.map(({ after }) => after)),
    nearBefore: near && mean(near.map(({ before }) => Number(before))),
    nearAfter: near && mean(near.map(({ after }) => Number(after))),
    liftErrorBefore: lifts.length > 0 ? mean(lifts.map(({ before }) => before)) : null,
    liftErrorAfter: lifts.length > 0 ? mean(lifts.map(({ after }) => after)) : null,
    metBefore: met.length > 0 ? mean(met.map(({ before }) => Number(before))) : null,
    metAfter: met.length > 0 ? mean(met.map(({ after }) => Number(after))) : null,
    coverageBefore: mean(hits.map(({ before }) => Number(before))),
    coverageAfter: mean(hits.map(({ after }) => Number(after))),
    conflicts: mean(scores.map(({ conflict }) => Number(conflict))),
  };
}
