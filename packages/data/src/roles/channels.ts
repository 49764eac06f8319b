// Spend and exposure columns to channels. The two columns of one channel share a stem: facebook_S and facebook_I,
// Channel0_spend and Channel0_impression, search_S and search_clicks_P.

import { type Channel, usageError } from "@mmm/core";
import { channelStem, mediaRole } from "./names.js";

/**
 * Channels of a list of paid columns.
 *
 * A channel with both columns is driven by its exposure and costs its spend, and takes the stem as its name. A column
 * alone is a channel of its own name: one that is an exposure by name has no known cost, any other is spend.
 *
 * @throws MmmError `AMBIGUOUS_PAIR` when two columns of the same kind share a stem that a column of the other kind has
 */
export function pairChannels(columns: readonly string[]): Channel[] {
  const groups = new Map<string, { readonly spends: string[]; readonly exposures: string[]; readonly first: number }>();
  for (const [i, column] of columns.entries()) {
    const stem = channelStem(column).toLowerCase();
    const group = groups.get(stem) ?? { spends: [], exposures: [], first: i };
    groups.set(stem, group);
    (mediaRole(column) === "exposure" ? group.exposures : group.spends).push(column);
  }
  const names = new Set(columns);
  const channels: { readonly channel: Channel; readonly first: number }[] = [];
  for (const { spends, exposures, first } of groups.values()) {
    if (spends.length === 1 && exposures.length === 1) {
      const stem = channelStem(spends[0]!);
      const name = /\p{L}/u.test(stem) && !names.has(stem) ? stem : spends[0]!;
      channels.push({ channel: { name, activity: exposures[0]!, spend: spends[0]!, kind: "paid" }, first });
      continue;
    }
    if (spends.length > 0 && exposures.length > 0) {
      throw usageError(
        "AMBIGUOUS_PAIR",
        `The columns ${[...spends, ...exposures].join(", ")} share one channel name; it is not clear which spend pays for which exposure.`,
        "Leave all but one spend and one exposure column of the channel out with the option ignore.",
      );
    }
    for (const column of spends) {
      channels.push({ channel: { name: column, activity: column, spend: column, kind: "paid" }, first });
    }
    for (const column of exposures) {
      channels.push({ channel: { name: column, activity: column, spend: null, kind: "paid" }, first });
    }
  }
  return channels.sort((a, b) => a.first - b.first).map(({ channel }) => channel);
}
