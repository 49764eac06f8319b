// `--prior 'tv: roi 0.5..3'`: one answer to one question, on the command line.

import { usageError } from "@mmm/core";
import type { ChannelPriors, PriorRange } from "@mmm/model";

const shape = /^(?<channel>.+):\s*(?<quantity>roi|share)\s+(?<low>[^\s.]*(?:\.\d+)?%?)\s*\.\.\s*(?<high>\S+)$/i;

/**
 * Add one answer to those before it.
 *
 * @param text channel, `roi` or `share`, and the range that would not surprise; shares also in per cent
 * @throws MmmError `BAD_OPTION`
 * @example parsePrior("tv: roi 0.5..3", {}) // { tv: { roi: [0.5, 3] } }
 */
export function parsePrior(text: string, before: ChannelPriors = {}): ChannelPriors {
  const found = shape.exec(text.trim())?.groups;
  const low = amount(found?.["low"]);
  const high = amount(found?.["high"]);
  if (!found || !Number.isFinite(low) || !Number.isFinite(high)) {
    throw usageError(
      "BAD_OPTION",
      `--prior is '${text}', which is no belief about a channel.`,
      "Write the channel, roi or share, and a range: --prior 'tv: roi 0.5..3' or --prior 'radio: share 1%..10%'.",
    );
  }
  const channel = found["channel"]!.trim();
  const quantity = found["quantity"]!.toLowerCase() as keyof PriorRange;
  return { ...before, [channel]: { ...before[channel], [quantity]: [low, high] } };
}

function amount(text: string | undefined): number {
  const number = /^(\d+\.?\d*|\.\d+)(%?)$/.exec(text ?? "");
  return number ? Number(number[1]) / (number[2] === "%" ? 100 : 1) : Number.NaN;
}
