// The curves a user can name in an option; the curves themselves live in @mmm/transforms.

import { usageError } from "@mmm/core";
import * as plain from "@mmm/transforms/plain";

const adstock: Readonly<Record<string, () => plain.AdstockFamily>> = {
  geometric: () => plain.geometric(),
  delayed: () => plain.delayed(),
  weibullCdf: () => plain.weibullCdf(),
  weibullPdf: () => plain.weibullPdf(),
  binomial: () => plain.binomial(),
  none: () => plain.noAdstock(),
};

const saturation: Readonly<Record<string, () => plain.SaturationFamily>> = {
  hill: () => plain.hill(),
  logistic: () => plain.logistic(),
  inverseScaledLogistic: () => plain.inverseScaledLogistic(),
  tanh: () => plain.tanh(),
  michaelisMenten: () => plain.michaelisMenten(),
  root: () => plain.root(),
  log: () => plain.log(),
  none: () => plain.noSaturation(),
};

/** Carryover family by name: geometric, delayed, weibullCdf, weibullPdf, binomial, none. */
export function adstockFamily(name: string): plain.AdstockFamily {
  return pick("carryover", adstock, name);
}

/** Saturation family by name: hill, logistic, inverseScaledLogistic, tanh, michaelisMenten, root, log, none. */
export function saturationFamily(name: string): plain.SaturationFamily {
  return pick("saturation", saturation, name);
}

function pick<F>(what: string, all: Readonly<Record<string, () => F>>, name: string): F {
  const make = all[name];
  if (make) return make();
  throw usageError(
    "NO_SUCH_FAMILY",
    `There is no ${what} '${name}'; known: ${Object.keys(all).join(", ")}.`,
    `Choose one of the known names for ${what}.`,
  );
}
