import type { ScenarioModel } from "./types.js";

/**
 * A plan as CSV text that `mmm predict --data` and `readPlan` take: one row per unit and period with the activity of
 * every channel and the assumed controls.
 *
 * @param multiples one per channel, as for `Scenarios.outcome`
 */
export function scenarioCsv(model: ScenarioModel, multiples: readonly number[]): string {
  const future = model.periods.length;
  const taken = [...model.channels.map(({ activity }) => activity), ...model.controls.map(({ name }) => name)];
  const free = (name: string): string => (taken.includes(name) ? free(`${name}_`) : name);
  const lines = [[free("date"), free("unit"), ...taken].map(quoted).join(",")];
  model.units.forEach((unit, r) => {
    model.periods.forEach((period, t) => {
      const media = model.channels.map(({ scale, history, flat }, c) => {
        const known = history.length / model.units.length;
        return multiples[c]! * (flat?.[r] ?? history[(r + 1) * known - future + t]!) * scale[r]!;
      });
      const controls = model.controls.map(({ values }) => values[r * future + t]!);
      lines.push([quoted(period), quoted(unit), ...[...media, ...controls].map((x) => `${round(x)}`)].join(","));
    });
  });
  return `${lines.join("\n")}\n`;
}

const round = (value: number): number => Number(value.toPrecision(10));

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
