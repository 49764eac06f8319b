import { expect, it } from "vitest";
import { isMmmError } from "../errors/errors.js";
import { createRegistry } from "./registry.js";

it("finds engines by id and says which are known", () => {
  const registry = createRegistry("causal engine", [{ id: "a" }, { id: "b" }]);
  expect(registry.get("b")).toEqual({ id: "b" });
  expect(() => registry.get("c")).toThrow("There is no causal engine 'c'; known: a, b.");
  try {
    createRegistry("causal engine", [{ id: "a" }, { id: "a" }]);
    expect.unreachable();
  } catch (error) {
    expect(isMmmError(error) && error.code).toBe("DUPLICATE_ENGINE");
  }
});
