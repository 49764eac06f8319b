import { testCausalLayer } from "@mmm/testing";
import { notearsLayer } from "./notears-layer.js";

testCausalLayer(
  "notearsLayer",
  (channels, constraints) =>
    notearsLayer({ channels, lags: 1, lambda: 0.02, threshold: 0.2, ...(constraints && { constraints }) }),
  { lag: 0 },
);
