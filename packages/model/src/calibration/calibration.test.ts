import { simulatePanel } from "@mmm/data";
import { localLevel } from "@mmm/temporal-gru";
import { describe, expect, it } from "vitest";
import { fitStructural } from "../fit/fit.js";
import { cholesky, invertFactored } from "../linear-algebra/cholesky.js";
import { fitNetwork } from "../network/fit-network.js";
import { viewFit } from "../result/result.js";
import { decodeFit, encodeFit } from "../save/fit-files.js";
import { arrowSystem, factorArrow, scaleNormals } from "../structural/curvature.js";
import { linearise, objective } from "../structural/objective.js";

const { panel } = simulatePanel({ units: 3, periods: 60, channels: 2, controls: 1 }, 7);
const [first, second] = panel.roles.channels.map(({ name }) => name) as [string, string];
const test = {
  channel: first,
  units: "all",
  from: panel.periods[30]!,
  to: panel.periods[33]!,
  spendChange: { percent: 50 },
} as const;
const options = { holdout: 6, draws: 40 };
const plain = await fitStructural(panel, options);

it("a test with an infinite standard error changes nothing", async () => {
  const liftTests = [{ ...test, lift: 5, standardError: 1e150 }];
  const fit = await fitStructural(panel, { ...options, liftTests });
  expect(fit.learned.mode.shared).toEqual(plain.learned.mode.shared);
  expect(fit.draws).toEqual(plain.draws);
});

describe("a calibrated fit", async () => {
  const before = viewFit(plain).result.channels[1]!.roi!.mean;
  const fit = await fitStructural(panel, {
    ...options,
    liftTests: [{ ...test, lift: 200, standardError: 60, degreesOfFreedom: 6 }],
    priors: { [second]: { roi: [0.3 * before, before] } },
  });
  const { problem, mode } = fit.learned;

  it("is at the mode of data and evidence together", () => {
    expect(mode.converged).toBe(true);
    expect(problem.evidence.length).toBe(2);
    const { shared, own } = mode;
    const system = arrowSystem(fit.layout.shared, fit.layout.perUnit, fit.design.units);
    expect(linearise(problem, shared, own, system)).toBeCloseTo(objective(problem, shared, own), 8);
    for (let i = 0; i < shared.length; i++) {
      const h = 1e-5;
      const moved = (step: number) =>
        objective(
          problem,
          shared.map((v, k) => (k === i ? v + step : v)),
          own,
        );
      const slope = (moved(h) - moved(-h)) / (2 * h);
      expect(Math.abs(slope + system.sharedGradient[i]!)).toBeLessThan(1e-4 * Math.max(1, Math.abs(slope)));
    }
  });

  it("draws from the inverse of the dense curvature", () => {
    const { shared: p, perUnit: q } = fit.layout;
    const units = fit.design.units;
    const size = p + units * q;
    const system = arrowSystem(p, q, units);
    linearise(problem, mode.shared, mode.own, system);
    const dense = new Float64Array(size * size);
    for (let i = 0; i < p; i++) for (let j = 0; j <= i; j++) dense[i * size + j] = system.sharedBlock[i * p + j]!;
    for (let r = 0; r < units; r++) {
      for (let i = 0; i < q; i++) {
        const row = p + r * q + i;
        for (let j = 0; j < p; j++) dense[row * size + j] = system.crossBlock[(r * q + i) * p + j]!;
        for (let j = 0; j <= i; j++) dense[row * size + p + r * q + j] = system.unitBlock[(r * q + i) * q + j]!;
      }
    }
    const rows = system.evidence!.shared.map((row, k) => [...row, ...system.evidence!.own[k]!]);
    for (const row of rows) {
      for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) dense[i * size + j]! += row[i]! * row[j]!;
    }
    cholesky(dense, size);
    const inverse = invertFactored(dense, size);
    const factor = factorArrow(system, 0)!;
    const variance = new Float64Array(size);
    for (let i = 0; i < size + rows.length; i++) {
      const z = Float64Array.from({ length: size + rows.length }, (_, k) => (k === i ? 1 : 0));
      const [a, b] = [z.slice(0, p), z.slice(p, size)];
      scaleNormals(factor, a, b, z.slice(size));
      [...a, ...b].forEach((value, k) => {
        variance[k]! += value * value;
      });
    }
    variance.forEach((value, i) => {
      expect(value / inverse[i * size + i]!).toBeCloseTo(1, 6);
    });
  });

  it("comes back from its files exactly, with what was known before", () => {
    const view = viewFit(fit);
    const { tests, priors } = view.result.calibration!;
    expect(tests[0]).toMatchObject({ channel: first, lift: 200, used: true });
    expect(priors[0]!.before.mean).not.toBe(priors[0]!.after.mean);
    const loaded = decodeFit(encodeFit(fit));
    expect(viewFit(loaded)).toEqual(view);
    const { shared, own } = mode;
    expect(objective(loaded.learned.problem, shared, own)).toBe(objective(problem, shared, own));
  });
});

it("where channels drive channels, before and after are about what the results report", async () => {
  const edge = { from: first, to: second, lag: 0, weight: 1, probability: 1, sign: 1 as const, selected: true };
  const graph = { kind: "dag" as const, engine: "given", nodes: [first, second], edges: [edge] };
  const liftTests = [{ ...test, lift: 300, standardError: 30 }];
  const fit = await fitStructural(panel, { ...options, graph: graph as never, liftTests });
  const { result } = viewFit(fit);
  expect(result.channels[0]!.contribution.mean).not.toBe(result.channels[0]!.direct.mean);
  result.calibration!.channels.forEach(({ roi, contribution, share }, c) => {
    const channel = result.channels[c]!;
    expect([roi!.after, contribution.after, share.after]).toEqual([channel.roi, channel.contribution, channel.share]);
  });
  expect(viewFit(decodeFit(encodeFit(fit))).result).toEqual(result);
});

it("a test in the holdout is compared and does not steer", async () => {
  const liftTests = [{ ...test, from: panel.periods[54]!, to: panel.periods[57]!, lift: 1e4, standardError: 1 }];
  const fit = await fitStructural(panel, { ...options, liftTests });
  expect(fit.learned.mode.shared).toEqual(plain.learned.mode.shared);
  const { calibration, diagnostics } = viewFit(fit).result;
  expect(calibration!.tests[0]!.used).toBe(false);
  expect(diagnostics.map(({ code }) => code)).toContain("LIFT_TEST_IN_HOLDOUT");
});

it("priors that contradict each other are refused with the numbers", async () => {
  const fit = (priors: object) => fitStructural(panel, { ...options, priors: priors as never });
  await expect(fit({ [first]: { roi: [1, 2], share: [1e-7, 1e-6] } })).rejects.toThrow(
    /contradict each other: a share/,
  );
  await expect(fit({ [first]: { share: [0.6, 0.7] }, [second]: { share: [0.5, 0.9] } })).rejects.toThrow(
    /make 110% of/,
  );
  await expect(fit({ [first]: { roi: [3, 2] } })).rejects.toThrow(/'spend_0' is given as 3..2/);
  await expect(fit({ radio: { roi: [1, 2] } })).rejects.toThrow(/prior for 'radio', but the channels are: spend_0/);
});

it("a fit with a network is calibrated too, and comes back from its files", async () => {
  const liftTests = [{ ...test, lift: 200, standardError: 20 }];
  const training = { steps: 5, rounds: 1, validation: 6 };
  const fit = await fitNetwork(panel, { ...options, liftTests }, { temporal: localLevel(), training });
  const { calibration } = viewFit(fit).result;
  const { before, after, lift } = calibration!.tests[0]!;
  expect(Math.abs(after.mean - lift)).toBeLessThan(Math.abs(before.mean - lift));
  expect(viewFit(decodeFit(encodeFit(fit))).result.calibration).toEqual(calibration);
});
