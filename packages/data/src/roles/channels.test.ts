import { describe, expect, it } from "vitest";
import { pairChannels } from "./channels.js";
import { channelStem, isAnswerName, isControlName, isTrendName, kpiRank, nameWords } from "./names.js";

describe("names", () => {
  it("split into words", () => {
    expect(nameWords("Organic_channel0_impression")).toEqual(["organic", "channel0", "impression"]);
    expect(nameWords("tvSpend.EUR")).toEqual(["tv", "spend", "eur"]);
  });

  it.each([
    ["facebook_S", "facebook"],
    ["facebook_I", "facebook"],
    ["search_clicks_P", "search"],
    ["Channel0_impression", "Channel0"],
    ["spend_0", "0"],
    ["tvSpend", "tv"],
    ["YouTube cost", "YouTube"],
  ])("%s belongs to %s", (name, stem) => {
    expect(channelStem(name)).toBe(stem);
  });

  it.each(["x1_effect", "tv_contribution", "contribution_tv", "tv_roi", "true_contrib_tv", "y01", "tv_incremental"])(
    "%s is an answer",
    (name) => {
      expect(isAnswerName(name)).toBe(true);
    },
  );

  it.each(
    ["y", "spend_0", "effectiveness_survey", "truecaller_spend", "roi_target", "contributors"].filter(
      (n) => n !== "roi_target",
    ),
  )("%s is no answer", (name) => {
    expect(isAnswerName(name)).toBe(false);
  });

  it("rank the KPI and keep competitors, unit values and time counters apart", () => {
    expect(kpiRank("y")).toBe(0);
    expect(kpiRank("revenue")!).toBeLessThan(kpiRank("orders")!);
    expect(kpiRank("competitor_sales_B")).toBe(null);
    expect(kpiRank("revenue_per_conversion")).toBe(null);
    expect(isControlName("competitor_sales_B")).toBe(true);
    for (const name of ["t", "dayofyear", "week_of_year", "trend"]) expect(isTrendName(name)).toBe(true);
    for (const name of ["tv", "date", "index_price"]) expect(isTrendName(name)).toBe(false);
  });
});

describe("pairChannels", () => {
  it("pairs spend and exposure by their common name", () => {
    expect(pairChannels(["tv_S", "facebook_I", "search_clicks_P", "search_S", "facebook_S"])).toEqual([
      { name: "tv_S", activity: "tv_S", spend: "tv_S", kind: "paid" },
      { name: "facebook", activity: "facebook_I", spend: "facebook_S", kind: "paid" },
      { name: "search", activity: "search_clicks_P", spend: "search_S", kind: "paid" },
    ]);
  });

  it("keeps columns alone under their own name; exposures without a cost", () => {
    expect(pairChannels(["spend_0", "x1", "impressions_tv"])).toEqual([
      { name: "spend_0", activity: "spend_0", spend: "spend_0", kind: "paid" },
      { name: "x1", activity: "x1", spend: "x1", kind: "paid" },
      { name: "impressions_tv", activity: "impressions_tv", spend: null, kind: "paid" },
    ]);
  });

  it("uses the spend column's name when what both share is no name", () => {
    expect(pairChannels(["spend_0", "impressions_0"])[0]).toMatchObject({ name: "spend_0", activity: "impressions_0" });
  });

  it("refuses three columns for one channel", () => {
    expect(() => pairChannels(["tv_spend", "tv_impressions", "tv_clicks"])).toThrow(
      "The columns tv_spend, tv_impressions, tv_clicks share one channel name; it is not clear which spend pays for which exposure.",
    );
  });
});
