import { columnValues, createPanel, type Panel, usageError } from "@mmm/core";
import { type ReachFrequencyOptions, reachFrequency } from "@mmm/transforms/plain";

/**
 * The panel with a channel driven by reach and frequency: its activity becomes `reach · f^s / (f^s + k^s)`, see
 * `reachFrequency` of @mmm/transforms. Its spend stays its cost. With `saturation: { name: "none" }` the effect stays
 * proportional to reach, which is what the frequency curve is for.
 *
 * @param columns names of the panel's columns of reach and of average frequency
 * @throws MmmError `UNKNOWN_CHANNEL`; of `reachFrequency` for values below 0
 * @example
 * const panel = withReachFrequency(loaded, "video", { reach: "video_reach", frequency: "video_frequency" });
 * const fit = await fitStructural(panel, { saturation: { video: "none" } });
 */
export function withReachFrequency(
  panel: Panel,
  channel: string,
  columns: { readonly reach: string; readonly frequency: string },
  options: ReachFrequencyOptions = {},
): Panel {
  const { channels } = panel.roles;
  if (!channels.some(({ name }) => name === channel)) {
    throw usageError(
      "UNKNOWN_CHANNEL",
      `There is no channel '${channel}'; the channels are: ${channels.map(({ name }) => name).join(", ")}.`,
      "Give the channel a spend column first.",
    );
  }
  const activity = `${channel} reach × frequency`;
  const values = reachFrequency(columnValues(panel, columns.reach), columnValues(panel, columns.frequency), options);
  return createPanel({
    ...panel,
    columns: [...panel.columns, { name: activity, values, measure: "people" }],
    roles: { ...panel.roles, channels: channels.map((one) => (one.name === channel ? { ...one, activity } : one)) },
  });
}
