import { describe, expect, it } from "vitest";
import { composeModel, temporalSchema } from "./compose-model.js";

describe("the model that flags and a config file ask for", () => {
  it("is a preset with slots replaced", () => {
    const model = composeModel({
      preset: "deepCausal",
      options: { level: false, harmonics: 1, carryover: { tv: "delayed" }, huber: 3, graph: "none" },
    });
    expect(model).toMatchObject({
      name: "deepCausal",
      baseline: { kind: "constantLevel" },
      seasonality: { harmonics: 1 },
      carryover: { byChannel: { tv: "delayed" } },
      saturation: "hill",
      noise: { kind: "huber", threshold: 3 },
      causal: "none",
      temporal: { kind: "network", engine: { name: "gru" } },
    });
  });

  it("takes every way for effects to change", () => {
    const of = (choice: unknown) => composeModel({ temporal: temporalSchema.parse(choice), options: {} }).temporal;
    expect(of("constant")).toEqual({ kind: "constant" });
    expect(of({ kind: "walking", perYear: 0.2 })).toEqual({ kind: "walking", perYear: 0.2 });
    expect(of({ kind: "knots", spacing: 26, range: 0.5 })).toMatchObject({ engine: { name: "knots" }, range: 0.5 });
    expect(of("localLevel")).toMatchObject({ engine: { name: "localLevel" } });
    expect(temporalSchema.safeParse({ kind: "gru", spacing: 3 }).success).toBe(false);
  });
});
