// What a reader must know about tests and priors: which of them the data contradict, and which the data say nothing to.

import type { Diagnostic } from "@mmm/core";
import { normalQuantile } from "@mmm/data";
import type { CalibrationResult, LiftTestResult, PriorResult } from "./types.js";

/** Standard errors from which a disagreement is reported. */
const conflictAt = 2;

/** Part of the width of a prior from which an estimate counts as the prior's alone, on the logarithmic scale. */
const priorAlone = 0.9;

export function calibrationFindings({ tests, priors }: CalibrationResult): Diagnostic[] {
  // Among n honest beliefs one contradicts the data by chance about as often as a single one would (Bonferroni).
  const conflict = Math.max(conflictAt, normalQuantile(1 - 0.0228 / Math.max(1, priors.length)));
  return [...tests.flatMap(testFindings), ...priors.flatMap((prior) => priorFindings(prior, conflict))];
}

function testFindings(test: LiftTestResult): Diagnostic[] {
  const { channel, from, to, lift, standardError, before, after, z, used } = test;
  const what = `The lift test of '${channel}' (${from === to ? from : `${from} to ${to}`})`;
  const measured = `${amount(lift)} ± ${amount(standardError)}`;
  const data = `${amount(before.mean)} [${amount(before.lower)}, ${amount(before.upper)}]`;
  const found: Diagnostic[] = [];
  if (!used) {
    found.push({
      severity: "info",
      code: "LIFT_TEST_IN_HOLDOUT",
      message: `${what} reaches into the holdout and did not steer the fit; it measured ${measured}, the fit says ${amount(after.mean)}.`,
      fix: "Hold out fewer periods to use it, or read it as a check of the fit.",
    });
  }
  if (Math.abs(z) > conflictAt) {
    found.push({
      severity: "warning",
      code: "LIFT_TEST_CONFLICT",
      message: `${what} measured a lift of ${measured}, but the data without it say ${data}: ${Math.abs(z).toFixed(1)} standard errors apart.`,
      fix: "Check units, dates, spend change and sign of the test. If they are right the data mislead for this channel (something that moves with its spend is missing): add it as a control. If not, leave the test out.",
    });
  } else if (used && Math.abs(lift - after.mean) > conflictAt * standardError) {
    found.push({
      severity: "warning",
      code: "LIFT_TESTS_DISAGREE",
      message: `${what} measured a lift of ${measured}, but with all tests and priors the fit says ${amount(after.mean)}: some of them contradict each other.`,
      fix: "Compare the tests and priors of this channel in the report, and leave out what cannot be true.",
    });
  }
  return found;
}

function priorFindings(
  { channel, quantity, low, high, before, after, z }: PriorResult,
  conflict: number,
): Diagnostic[] {
  const name = quantity === "roi" ? "ROI" : "share of the KPI";
  const range = `between ${written(low, quantity)} and ${written(high, quantity)}`;
  if (Math.abs(z) > conflict) {
    return [
      {
        severity: "warning",
        code: "PRIOR_CONFLICT",
        message: `The ${name} of '${channel}' was believed to lie ${range}, but the data alone say ${written(before.mean, quantity)} [${written(before.lower, quantity)}, ${written(before.upper, quantity)}].`,
        fix: "If the belief comes from a test, enter the test itself; if it is a guess, widen the range.",
      },
    ];
  }
  if (Math.log(after.upper / after.lower) < priorAlone * Math.log(high / low)) return [];
  return [
    {
      severity: "info",
      code: "PRIOR_DECIDES",
      message: `The ${name} of '${channel}' is what was believed before, ${range}: the data hardly add to it.`,
      fix: "Vary its spend on purpose or run a lift test to learn more.",
    },
  ];
}

const amount = (value: number): string => Number(value.toPrecision(3)).toLocaleString("en-US");

function written(value: number, quantity: PriorResult["quantity"]): string {
  return quantity === "share" ? `${Number((100 * value).toPrecision(3))}%` : amount(value);
}
