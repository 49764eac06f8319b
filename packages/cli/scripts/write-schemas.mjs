// Writes the JSON Schemas that the package ships. Run it after changing a schema: `pnpm --filter @mmm/cli schemas`.
// A test fails when it was forgotten.
import { writeFileSync } from "node:fs";
import { configJsonSchema } from "../dist/data-options/config-file.js";
import { graphJsonSchema } from "../dist/graph/graph-schema.js";
import { planJsonSchema } from "../dist/plan-schema/plan-schema.js";
import { resultJsonSchema } from "../dist/result-schema/result-schema.js";

const schemas = {
  config: configJsonSchema(),
  result: resultJsonSchema(),
  graph: graphJsonSchema(),
  plan: planJsonSchema(),
};
for (const [name, schema] of Object.entries(schemas)) {
  writeFileSync(
    new URL(`../schemas/mmm.${name}.v1.schema.json`, import.meta.url),
    `${JSON.stringify(schema, null, 2)}\n`,
  );
}
