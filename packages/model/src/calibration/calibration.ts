// Which tests and priors calibrate a fit, as rows of its likelihood.

import type { Panel } from "@mmm/core";
import { type LiftTest, placeLiftTest } from "@mmm/data";
import type { SpillOver } from "../causal/types.js";
import type { Design } from "../structural/design.js";
import type { EvidenceRow } from "../structural/evidence.js";
import type { Layout } from "../structural/parameters.js";
import type { StructuralSettings } from "../structural/settings.js";
import type { Quantity } from "./contrast.js";
import { liftQuantity, liftRow, priorRow, roiQuantity, shareQuantity } from "./evidence-rows.js";
import { type ChannelPrior, listPriors } from "./priors.js";

export interface Calibration {
  /** Tests with their quantity; one that reaches into the holdout is not used. */
  readonly tests: readonly { readonly test: LiftTest; readonly quantity: Quantity; readonly used: boolean }[];
  readonly priors: readonly { readonly prior: ChannelPrior; readonly quantity: Quantity }[];
  /** Rows of the likelihood, of the tests that are used and of the priors. */
  readonly rows: readonly EvidenceRow[];
  /** The layout in which answered questions take the place of the default prior on the effect. */
  readonly layout: Layout;
}

interface Model {
  readonly panel: Panel;
  readonly settings: StructuralSettings;
  readonly design: Design;
  readonly layout: Layout;
  /** How channels drive channels, for tests in which the others were free to react. */
  readonly spillOver: SpillOver | null;
}

// Wide enough to leave the answer as it is (it adds 1 % to the precision of a range of 1 : 6), and narrow enough for the
// curvature without the rows to stay positive definite.
const vagueEffect = 5;

/**
 * The calibration that the settings ask for; null without tests and priors.
 *
 * @throws MmmError as {@link placeLiftTest} and {@link listPriors}
 */
export function calibrationOf(model: Model): Calibration | null {
  const { panel, settings, design, layout } = model;
  const priors = listPriors(panel, settings.priors, design.trainingEnd).map((prior) => {
    const c = panel.roles.channels.findIndex(({ name }) => name === prior.channel);
    return { prior, quantity: prior.quantity === "roi" ? roiQuantity(model, c) : shareQuantity(model, c) };
  });
  const tests = settings.liftTests.map((test) => ({
    test,
    quantity: liftQuantity(test.othersReact === true ? model : { ...model, spillOver: null }, test),
    used: placeLiftTest(panel, test).until <= design.trainingEnd,
  }));
  if (tests.length + priors.length === 0) return null;
  const rows = [
    ...tests.flatMap(({ test, quantity, used }) => (used ? [liftRow(quantity, test)] : [])),
    ...priors.map(({ prior, quantity }) => priorRow(quantity, prior)),
  ];
  const answered = new Set(priors.map(({ prior }) => prior.channel));
  const effects = panel.roles.channels.flatMap(({ name }, c) =>
    answered.has(name) ? [layout.channels[c]!.effect] : [],
  );
  const priorSd = layout.priorSd.map((sd, i) => (effects.includes(i) ? vagueEffect : sd));
  return { tests, priors, rows, layout: { ...layout, priorSd } };
}
