import { testCausalEngine } from "@mmm/testing";
import { eqvar } from "./equal-variance.js";
import { granger } from "./granger.js";
import { lassoVar } from "./lasso-var.js";
import { lingam } from "./lingam.js";
import { orderBic } from "./order-bic.js";
import { pc } from "./pc.js";
import { pcmciPlus } from "./pcmci-plus.js";
import { sortedRegression } from "./sorted-regression.js";
import { svarOrder } from "./svar-order.js";
import { varLingam } from "./varlingam.js";

for (const make of [orderBic, lingam, eqvar, pc, svarOrder, varLingam, granger, lassoVar, pcmciPlus]) {
  const engine = make();
  testCausalEngine(engine.id, () => engine);
}
testCausalEngine("order-bic by search", () => orderBic({ exactUpTo: 2 }));
for (const by of ["random", "variance", "r2"] as const) {
  const engine = sortedRegression({ by });
  testCausalEngine(engine.id, () => engine);
}
