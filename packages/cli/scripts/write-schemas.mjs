// Writes the JSON Schemas that the package ships. Run it after changing a schema: `pnpm --filter @mmm/cli schemas`.
// A test fails when it was forgotten.
import { writeFileSync } from "node:fs";
import { resultJsonSchema } from "../dist/result-schema/result-schema.js";

writeFileSync(
  new URL("../schemas/mmm.result.v1.schema.json", import.meta.url),
  `${JSON.stringify(resultJsonSchema(), null, 2)}\n`,
);
