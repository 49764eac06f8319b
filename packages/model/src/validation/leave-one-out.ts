import { type Panel, type RunHooks, usageError } from "@mmm/core";
import { decompose } from "../attribution/decompose.js";
import { allMetrics } from "../result/result.js";
import { readFit } from "./readings.js";
import { type RefitOptions, startRefits, withoutChannels } from "./refit.js";
import type { ChannelLeftOut, LeaveOneOut } from "./types.js";

/**
 * Refit without each channel in turn: does the forecast of the holdout suffer, and who takes over its contribution?
 * A channel whose contribution moves to another one is not told apart from it; one whose absence does not hurt the
 * forecast has little evidence behind it.
 *
 * @param options as for {@link fitStructural}, or {@link refitModel} of a model; with a `holdout` the change of its error is reported
 * @throws MmmError `ONE_CHANNEL` when there is nothing to leave out, `CANCELLED`
 * @example const { channels } = await leaveOneOut(panel, { holdout: 13 });
 */
export async function leaveOneOut(panel: Panel, options: RefitOptions = {}, hooks?: RunHooks): Promise<LeaveOneOut> {
  const names = panel.roles.channels.map(({ name }) => name);
  if (names.length < 2) {
    throw usageError(
      "ONE_CHANNEL",
      `'${names[0]}' is the only channel; without it there is no model.`,
      "Skip this test.",
    );
  }
  const refit = startRefits("leave one out", 1 + names.length, hooks);
  const read = async (without: readonly string[], what: string) => {
    const fit = await refit(withoutChannels(panel, without), options, what);
    const { train, holdout } = allMetrics(fit, { decomposition: decompose(fit) });
    return { channels: readFit(fit).channels, train, holdout };
  };
  const full = await read([], "all channels");
  const channels: ChannelLeftOut[] = [];
  for (const [c, channel] of names.entries()) {
    const rest = await read([channel], `without ${channel}`);
    const { contribution } = full.channels[c]!;
    const gains = rest.channels.map(({ name, contribution: now }) => {
      const before = full.channels.find((each) => each.name === name)!;
      return { channel: name, part: (now.mean - before.contribution.mean) / contribution.mean };
    });
    const most = gains.reduce((a, b) => (b.part > a.part ? b : a));
    const ours = full.holdout?.rmse ?? null;
    const without = rest.holdout?.rmse ?? null;
    channels.push({
      channel,
      contribution,
      takenByChannels: gains.reduce((sum, { part }) => sum + part, 0),
      mostTaken: most.part > 0 ? most : null,
      train: rest.train,
      holdout: rest.holdout,
      errorChange: without === null || ours === null || ours === 0 ? null : without / ours - 1,
    });
  }
  return { holdout: options.holdout ?? 0, full: { train: full.train, holdout: full.holdout }, channels };
}
