export type { ColumnQuality, DataQuality } from "./quality/types.js";
