// Seeded random numbers: sfc32 seeded by splitmix32. Fast, 128 bits of state, passes PractRand; not for cryptography.
// The same seed gives the same numbers on every platform. `split` gives independent streams by name, so adding a
// consumer never shifts the numbers of another one.

/** A deterministic stream of random numbers. Stateful: each call advances it. */
export interface Random {
  readonly seed: number;
  /** Uniform on [0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Integer, uniform on 0 … n−1. */
  integer(n: number): number;
  /** Gamma with the given shape and scale 1. */
  gamma(shape: number): number;
  /** Shuffled copy. */
  shuffle<T>(items: readonly T[]): T[];
  /** An independent stream derived from the seed and the name, whatever was drawn before. */
  split(name: string | number): Random;
  /** State for exact resume; see {@link restoreRandom}. */
  state(): RandomState;
}

export interface RandomState {
  readonly seed: number;
  readonly words: readonly [number, number, number, number];
  readonly spare: number | null;
}

/**
 * Make a stream from an integer seed.
 *
 * @example createRandom(1).split("bootstrap").normal()
 */
export function createRandom(seed: number): Random {
  let mix = seed | 0;
  const next = (): number => {
    mix = (mix + 0x9e3779b9) | 0;
    let z = mix;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) | 0;
  };
  const random = fromState({ seed, words: [next(), next(), next(), next()], spare: null });
  for (let i = 0; i < 12; i++) random.uniform();
  return random;
}

/** Continue a stream exactly where {@link Random.state} was taken. */
export function restoreRandom(state: RandomState): Random {
  return fromState(state);
}

function fromState(from: RandomState): Random {
  let [a, b, c, counter] = from.words;
  let spare = from.spare;

  const word = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    c |= 0;
    return t >>> 0;
  };
  const uniform = (): number => (word() * 2097152 + (word() >>> 11)) / 9007199254740992;
  const normal = (): number => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  const gamma = (shape: number): number => {
    if (!(shape > 0)) throw new RangeError(`gamma: shape must be above 0, got ${shape}`);
    if (shape < 1) return gamma(shape + 1) * (1 - uniform()) ** (1 / shape);
    // Marsaglia & Tsang (2000), "A simple method for generating gamma variables".
    const d = shape - 1 / 3;
    const k = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = normal();
      const v = (1 + k * x) ** 3;
      if (v > 0 && Math.log(1 - uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  };

  return {
    seed: from.seed,
    uniform,
    normal,
    gamma,
    integer: (n) => Math.floor(uniform() * n),
    shuffle: (items) => {
      const out = items.slice();
      for (let i = out.length - 1; i > 0; i--) {
        const j = Math.floor(uniform() * (i + 1));
        [out[i], out[j]] = [out[j]!, out[i]!];
      }
      return out;
    },
    split: (name) => createRandom(hash(`${from.seed}/${name}`)),
    state: () => ({ seed: from.seed, words: [a, b, c, counter], spare }),
  };
}

// FNV-1a with a final avalanche.
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  return (h ^ (h >>> 13)) | 0;
}
