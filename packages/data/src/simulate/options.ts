import { type Frequency, usageError } from "@mmm/core";

/** What to simulate. Everything has a default; the features below the line are off by default. */
export interface SimulationOptions {
  /** Regions; 1 makes a national series. Default 20. */
  readonly units?: number;
  /** Default 104. */
  readonly periods?: number;
  /** Number of channels, named `spend_0` …, or their names. Default 6. */
  readonly channels?: number | readonly string[];
  /** Number of control series. Default 3. */
  readonly controls?: number;
  /** Default "week". */
  readonly frequency?: Frequency;
  /** First period: an ISO date, or an integer for frequency "index". Default "2023-01-02" or "0". */
  readonly start?: string;
  /** Periods simulated before the first one, so that carry-over exists from the start. Default 30. */
  readonly preSample?: number;
  /** Channel → channel spend edges. Default one per channel, at most all pairs of an order. */
  readonly edges?: number;
  /** Probability that a channel's own spend is zero in a period. Default 0.1. */
  readonly dark?: number;
  /** Noise standard deviation as a part of the unit's mean KPI. Default 0.02. */
  readonly noise?: number;
  /** Growth of the baseline from the first to the last period, as a part of its level. Default 0.1. */
  readonly trend?: number;
  /** Amplitude of the yearly season of the baseline. Default 0.12. */
  readonly seasonality?: number;
  /** Part of the KPI that media make. Default 0.37. */
  readonly mediaFraction?: number;

  /** Standard deviation of the log of each channel's effect over time. Default 0. */
  readonly drift?: number;
  /** Part of the cells whose KPI jumps by 30 to 60 % of its level. Default 0. */
  readonly outliers?: number;
  /** Part of the rows that are absent (with one unit: whose KPI is empty). Default 0. */
  readonly missing?: number;
  /** Part of the units whose data start late. Default 0. */
  readonly ragged?: number;
  /** Part of the variance of log spend that all channels share, in [0, 1]. Default 0. */
  readonly collinearity?: number;
}

/** Options with every default filled in. */
export type SimulationSettings = Required<Omit<SimulationOptions, "channels">> & {
  readonly channels: readonly string[];
};

/** Fill in the defaults. Throws `BAD_OPTION` for values outside their range. */
export function simulationSettings(options: SimulationOptions = {}): SimulationSettings {
  const { channels = 6, frequency = "week" } = options;
  const names = typeof channels === "number" ? Array.from({ length: channels }, (_, i) => `spend_${i}`) : channels;
  const pairs = (names.length * (names.length - 1)) / 2;
  const settings: SimulationSettings = {
    units: 20,
    periods: 104,
    controls: 3,
    frequency,
    start: frequency === "index" ? "0" : "2023-01-02",
    preSample: 30,
    dark: 0.1,
    noise: 0.02,
    trend: 0.1,
    seasonality: 0.12,
    mediaFraction: 0.37,
    drift: 0,
    outliers: 0,
    missing: 0,
    ragged: 0,
    collinearity: 0,
    ...options,
    edges: Math.min(options.edges ?? names.length, pairs),
    channels: names,
  };
  const whole = ["units", "periods", "preSample", "controls", "edges"] as const;
  for (const name of whole) {
    const least = name === "units" || name === "periods" ? 1 : 0;
    if (!Number.isInteger(settings[name]) || settings[name] < least)
      throw bad(name, settings[name], `a whole number ≥ ${least}`);
  }
  if (names.length < 1 || new Set(names).size < names.length)
    throw bad("channels", names.join(","), "one or more different names");
  for (const name of ["dark", "outliers", "missing", "mediaFraction"] as const) {
    if (!(settings[name] >= 0 && settings[name] < 1)) throw bad(name, settings[name], "at least 0 and below 1");
  }
  for (const name of ["collinearity", "ragged"] as const) {
    if (!(settings[name] >= 0 && settings[name] <= 1)) throw bad(name, settings[name], "from 0 to 1");
  }
  for (const name of ["noise", "drift", "seasonality"] as const) {
    if (!(settings[name] >= 0)) throw bad(name, settings[name], "at least 0");
  }
  return settings;
}

function bad(option: string, value: unknown, allowed: string) {
  return usageError(
    "BAD_OPTION",
    `Simulation option ${option} is ${value}; allowed is ${allowed}.`,
    `Change ${option}.`,
  );
}
