export type * from "./result/types.js";
export type * from "./view/types.js";
