import { testCausalEngine } from "@mmm/testing";
import { correlationTree } from "./correlation-tree.js";

testCausalEngine("correlation-tree", () => correlationTree({ root: "radio" }));
