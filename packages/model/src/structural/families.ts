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

/** Families of a user's own, by their ids. */
export interface OwnFamilies {
  readonly carryover: Readonly<Record<string, plain.AdstockFamily>>;
  readonly saturation: Readonly<Record<string, plain.SaturationFamily>>;
}

/** Carryover family by name: geometric, delayed, weibullCdf, weibullPdf, binomial, none, or one of your own. */
export function adstockFamily(name: string, own?: OwnFamilies): plain.AdstockFamily {
  return pick("carryover", adstock, name, own?.carryover);
}

/** Saturation family by name: hill, logistic, inverseScaledLogistic, tanh, michaelisMenten, root, log, none, or your own. */
export function saturationFamily(name: string, own?: OwnFamilies): plain.SaturationFamily {
  return pick("saturation", saturation, name, own?.saturation);
}

function pick<F>(
  what: string,
  all: Readonly<Record<string, () => F>>,
  name: string,
  own: Readonly<Record<string, F>> = {},
): F {
  const make = all[name];
  if (make) return make();
  if (own[name]) return own[name];
  throw usageError(
    "NO_SUCH_FAMILY",
    `There is no ${what} '${name}'; known: ${Object.keys(all).join(", ")}.`,
    `Choose one of the known names for ${what}, or give the family itself where it is your own (for a saved fit: loadFit(directory, { ${what}: [yours] })).`,
  );
}
