export { type Config, configSchema } from "./data-options/config-file.js";
export { graphJsonSchema, graphSchema } from "./graph/graph-schema.js";
export { readFitView } from "./output/fit-files.js";
export { runCli } from "./program/run-cli.js";
export { resultJsonSchema, resultSchema } from "./result-schema/result-schema.js";
export { createMemoryTerminal, type MemoryTerminal } from "./terminal/memory-terminal.js";
export type { Output, Terminal } from "./terminal/terminal.js";
