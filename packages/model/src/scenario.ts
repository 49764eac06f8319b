// The part of the model that answers what-if questions from a condensed fit: small, and free of everything that reads
// or fits, so that a page can carry it.

export type { Interval } from "./result/types.js";
export { openScenarios, type Scenarios } from "./scenario/outcome.js";
export { scenarioCsv } from "./scenario/plan-csv.js";
export type * from "./scenario/types.js";
