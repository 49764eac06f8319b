// What column names say. Names are split into lower-case words at underscores, blanks, dots and camel case.

/** Words of a column name. A final capital letter of Robyn's convention (`tv_S`) stays a word of its own. */
export function nameWords(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase());
}

const set = (words: string) => new Set(words.split(" "));
const any = (words: readonly string[], vocabulary: ReadonlySet<string>) => words.some((word) => vocabulary.has(word));

const date = set(
  "date week weekid woche datum monat semaine fecha day month quarter year period time timestamp datetime ds dt wk week_start",
);
const geo = set(
  "geo geography region dma dmacode market state country county city area territory shop store outlet brand unit zip zipcode postcode location district province",
);
const trendWords = set("trend dayofyear dayofweek weekofyear weekday dow doy monthofyear weeknumber weeknum");
const trendNames = set("t id idx index row rownum time_index week_of_year day_of_year day_of_week month_of_year");
const control = set(
  "control controls competitor competitors competition price prices pricing temperature temp weather rain sun holiday holidays event events promo promos promotion promotions discount discounts sentiment gdp unemployment inflation cpi covid stock distribution seasonality season index interest rate confidence macro gqv query queries",
);
const organic = set("organic newsletter newsletters owned earned");
const spend = set("spend spends spending cost costs investment investments budget mdsp adspend expenditure");
const exposure = set(
  "impression impressions imp imps impr click clicks view views grp grps trp trps exposure exposures mdip sends insertions",
);
const reach = set("reach frequency");
const channelNames = set(
  "tv television ctv radio search sem ppc facebook fb meta instagram ig social display video youtube yt tiktok snapchat pinterest twitter linkedin google bing amazon ooh dooh outdoor print newspaper magazine digital affiliate affiliates programmatic influencer influencers podcast cinema retargeting remarketing sms direct_mail media channel",
);
// Most specific first: the first word that any column carries wins.
const kpiWords = [
  "kpi",
  "revenue",
  "sales",
  "conversions",
  "conversion",
  "orders",
  "gmv",
  "signups",
  "installs",
  "leads",
  "bookings",
  "subscriptions",
  "subscribers",
  "purchases",
  "transactions",
  "registrations",
  "target",
  "response",
  "outcome",
  "visits",
  "turnover",
  "units",
  "volume",
  "customers",
  "downloads",
  "demand",
  "umsatz",
  "ventes",
  "ventas",
];

export const isDateName = (name: string): boolean => any(nameWords(name), date);
export const isGeoName = (name: string): boolean => any(nameWords(name), geo);
export const isTrendName = (name: string): boolean =>
  trendNames.has(name.toLowerCase()) ||
  /^unnamed[_: ]*\d+$/i.test(name) ||
  any(nameWords(name), trendWords) ||
  trendWords.has(name.toLowerCase());
export const isOrganicName = (name: string): boolean => any(nameWords(name), organic);
export const isReachName = (name: string): boolean => any(nameWords(name), reach);
export const isPopulationName = (name: string): boolean => any(nameWords(name), set("population pop inhabitants"));

/** `revenue_per_conversion`, `value_per_order`, `unit_value`. */
export const isRevenuePerKpiName = (name: string): boolean =>
  /^(revenue|value|sales|income|margin|profit)_?per_?/i.test(name) || /^unit_?value$/i.test(name);

/** Columns that hold the answer of a simulation or of another model; a fit must never see them. */
export const isAnswerName = (name: string): boolean =>
  /(^|_)(true|truth)(_|$)/i.test(name) ||
  /_(effect|effects|contribution|contributions|contrib|roi|roas|incremental)$/i.test(name) ||
  /^(contribution|contrib|roi|roas|incremental)_/i.test(name) ||
  /^y0\d+$/i.test(name);

/** Control by name; competitor columns count whatever else their name says. */
export const isControlName = (name: string): boolean =>
  any(nameWords(name), control) || (/_B$/.test(name) && !isSpendName(name));

/** Rank of a name as KPI, 0 best; null when it is none. `y` alone is the best of names. */
export function kpiRank(name: string): number | null {
  if (name.toLowerCase() === "y") return 0;
  if (isControlName(name) || isRevenuePerKpiName(name) || isAnswerName(name)) return null;
  const words = nameWords(name);
  const rank = kpiWords.findIndex((word) => words.includes(word));
  return rank < 0 ? null : rank + 1;
}

/** Rates such as `cost_per_click` are not spend. */
export const isSpendName = (name: string): boolean => {
  const words = nameWords(name);
  return !words.includes("per") && (/_S$/.test(name) || any(words, spend));
};
export const isExposureName = (name: string): boolean =>
  !nameWords(name).includes("per") &&
  (/_[IP]$/.test(name) || (/_C$/.test(name) && !isSpendName(name)) || any(nameWords(name), exposure));
/** A bare channel name such as `tv` or `facebook_ads`, or a numbered one such as `x1`, `media_3`. */
export const isBareChannelName = (name: string): boolean => {
  if (/^(x|media|channel)_?\d+$/i.test(name)) return true;
  const words = nameWords(name).filter((word) => !/^\d+$/.test(word) && word !== "ads" && word !== "ad");
  return words.length > 0 && any(words, channelNames);
};

/** The channel a spend or exposure column belongs to: its name without the words that say which of the two it is. */
export function channelStem(name: string): string {
  const affix = (word: string) => spend.has(word.toLowerCase()) || exposure.has(word.toLowerCase());
  return name
    .replace(/_[SIPCB]$/, "")
    .split(/[\s_.-]+/)
    .map((part) => {
      const camel = /^(.+[a-z\d])([A-Z][a-z]+)$/.exec(part);
      return camel && affix(camel[2]!) ? camel[1]! : part;
    })
    .filter((part) => !affix(part))
    .join("_");
}

/** Whether a paid column is what was spent or what was delivered. A name that says neither is spend. */
export const mediaRole = (name: string): "spend" | "exposure" =>
  isExposureName(name) && !isSpendName(name) ? "exposure" : "spend";

/** Why answer columns are left out; callers turn it into a warning. */
export const answerReason = "looks like an answer of a simulation or another model; a fit must not see it";
/** Why a column of unknown role is left out; callers turn it into a warning. */
export const unknownReason = "role not recognised from its name";
/** Most levels a text column may have to become controls by itself. */
export const controlLevelLimit = 12;
/** Why a text column with many values is left out; callers turn it into a warning. */
export const manyLevelsReason: string = `text with more than ${controlLevelLimit} different values`;
