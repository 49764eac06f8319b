import type { ChannelResult, ChannelView, FitView } from "@mmm/model";
import { shortLabels, squeezeAll } from "../chart/labels.js";
import { distinctSeries, type SeriesColor, seriesColor } from "../theme/palette.js";

/** A channel with its place in the ranking by contribution and the colour it keeps in every chart. */
export interface RankedChannel {
  readonly name: string;
  /** The name as charts and sentences show it: without the words that all channels begin with. */
  readonly label: string;
  /** The label at a length that fits a legend. */
  readonly short: string;
  readonly result: ChannelResult;
  readonly view: ChannelView;
  readonly rank: number;
  readonly color: SeriesColor;
}

/** Channels by falling contribution. With more channels than colours, the last ones share the colour "other". */
export function rankedChannels(view: FitView): RankedChannel[] {
  const views = new Map(view.channels.map((channel) => [channel.name, channel]));
  const labels = shortLabels(view.result.channels.map(({ name }) => name));
  const shorts = squeezeAll(labels, 22);
  const words = new Map(view.result.channels.map(({ name }, i) => [name, { label: labels[i]!, short: shorts[i]! }]));
  const colors = view.result.channels.length > distinctSeries ? distinctSeries - 1 : distinctSeries;
  return view.result.channels
    .flatMap((result) => {
      const channel = views.get(result.name);
      return channel ? [{ result, channel }] : [];
    })
    .sort((a, b) => b.result.contribution.mean - a.result.contribution.mean)
    .map(({ result, channel }, rank) => ({
      name: result.name,
      ...words.get(result.name)!,
      result,
      view: channel,
      rank,
      color: rank < colors ? seriesColor(rank) : "other",
    }));
}
