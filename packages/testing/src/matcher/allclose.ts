// A matcher for arrays of numbers with explicit tolerances. The failure message shows the worst element, because
// "arrays differ" helps nobody.

import { expect } from "vitest";

/** What the matcher compares: a number, anything array-like, or an array with `data` (and `shape`, then compared too). */
export type Numbers =
  | number
  | ArrayLike<number>
  | { readonly data: ArrayLike<number>; readonly shape: readonly number[] };

export interface Tolerance {
  /** Allowed difference relative to the largest expected magnitude, default 1e-5. */
  readonly relative?: number;
  /** Allowed difference besides, default 1e-7. */
  readonly absolute?: number;
}

declare module "vitest" {
  // biome-ignore lint/suspicious/noExplicitAny: the type parameter must repeat vitest's declaration
  interface Matchers<T = any> {
    /** All numbers agree within `absolute + relative · max|expected|`. NaN never agrees. */
    toBeAllclose(expected: Numbers, tolerance?: Tolerance): T;
  }
}

/** The element that differs most, and by how much is allowed. */
export function worstDifference(
  actual: Numbers,
  expected: Numbers,
  tolerance: Tolerance = {},
): {
  readonly close: boolean;
  readonly message: string;
} {
  const given = flat(actual);
  const wanted = flat(expected);
  const shapes = [shapeOf(actual), shapeOf(expected)];
  if (shapes[0] && shapes[1] && shapes[0].join() !== shapes[1].join()) {
    return { close: false, message: `shape [${shapes[0].join(", ")}] is not [${shapes[1].join(", ")}]` };
  }
  if (given.length !== wanted.length) {
    return { close: false, message: `${given.length} numbers are not ${wanted.length} numbers` };
  }
  let scale = 0;
  for (let i = 0; i < wanted.length; i++) scale = Math.max(scale, Math.abs(wanted[i]!));
  const allowed = (tolerance.absolute ?? 1e-7) + (tolerance.relative ?? 1e-5) * scale;
  let worst = 0;
  let place = 0;
  for (let i = 0; i < wanted.length; i++) {
    const same = Object.is(given[i], wanted[i]);
    const difference = same ? 0 : Math.abs(given[i]! - wanted[i]!);
    if (Number.isNaN(difference) || difference > worst) {
      worst = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
      place = i;
    }
  }
  return {
    close: worst <= allowed,
    message: `element ${place} is ${given[place]}, expected ${wanted[place]}: off by ${worst}, allowed ${allowed}`,
  };
}

/** Make `expect(…).toBeAllclose(…)` available; call it once in a test file or a set-up file. */
export function registerMatchers(): void {
  expect.extend({
    toBeAllclose(actual: Numbers, expected: Numbers, tolerance?: Tolerance) {
      const { close, message } = worstDifference(actual, expected, tolerance);
      return { pass: close, message: () => message };
    },
  });
}

function flat(numbers: Numbers): ArrayLike<number> {
  if (typeof numbers === "number") return [numbers];
  return "data" in numbers ? numbers.data : numbers;
}

function shapeOf(numbers: Numbers): readonly number[] | undefined {
  return typeof numbers === "object" && "shape" in numbers ? numbers.shape : undefined;
}
