// Log-gamma and digamma for positive arguments: upward recurrence, then the asymptotic series.

export function logGamma(x: number): number {
  let shift = 0;
  while (x < 8) shift -= Math.log(x++);
  const inverse = 1 / (x * x);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / x;
  return shift + (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}

export function digamma(x: number): number {
  let shift = 0;
  while (x < 8) shift -= 1 / x++;
  const inverse = 1 / (x * x);
  return shift + Math.log(x) - 0.5 / x - inverse * (1 / 12 - inverse * (1 / 120 - inverse * (1 / 252 - inverse / 240)));
}

/** KL divergence between Beta(a, b) and Beta(a0, b0). */
export function betaDivergence(a: number, b: number, a0: number, b0: number): number {
  const total = digamma(a + b);
  return (
    logGamma(a + b) -
    logGamma(a) -
    logGamma(b) -
    (logGamma(a0 + b0) - logGamma(a0) - logGamma(b0)) +
    (a - a0) * (digamma(a) - total) +
    (b - b0) * (digamma(b) - total)
  );
}

/** KL divergence between Dirichlet(a) and Dirichlet(a0). */
export function dirichletDivergence(a: ArrayLike<number>, a0: ArrayLike<number>): number {
  let sum = 0;
  let sum0 = 0;
  for (let k = 0; k < a.length; k++) {
    sum += a[k]!;
    sum0 += a0[k]!;
  }
  let divergence = logGamma(sum) - logGamma(sum0);
  for (let k = 0; k < a.length; k++) {
    divergence += logGamma(a0[k]!) - logGamma(a[k]!) + (a[k]! - a0[k]!) * (digamma(a[k]!) - digamma(sum));
  }
  return divergence;
}
