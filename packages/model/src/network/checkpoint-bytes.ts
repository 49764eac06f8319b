// An interrupted training of a network as bytes of one safetensors file.

import { usageError } from "@mmm/core";
import { decodeCheckpoint, encodeCheckpoint, type NdArray, readSafetensors, writeSafetensors } from "@mmm/tensor";
import type { NetworkCheckpoint } from "./train-path.js";

const key = "mmm.network-checkpoint";

type StageFacts = Omit<NetworkCheckpoint["finished"][number], "params" | "best">;

/** @param about text that comes back with {@link decodeNetworkCheckpoint}, for example a fingerprint of the run */
export function encodeNetworkCheckpoint({ finished, current }: NetworkCheckpoint, about = ""): Uint8Array {
  const bytes = (data: Uint8Array): NdArray => ({ data, shape: [data.length] });
  const stages = finished.map(({ params, best, ...facts }) => ({
    facts,
    state: encodeCheckpoint({ ...current, step: facts.steps, params, best }),
  }));
  return writeSafetensors(
    new Map<string, NdArray>([
      ["current", bytes(encodeCheckpoint(current))],
      ...stages.map(({ state }, i) => [`finished/${i}`, bytes(state)] as const),
    ]),
    { [key]: JSON.stringify({ about, finished: stages.map(({ facts }) => facts) }) },
  );
}

/** @throws MmmError `CHECKPOINT` when the bytes are not those of an interrupted training */
export function decodeNetworkCheckpoint(bytes: Uint8Array): {
  readonly about: string;
  readonly checkpoint: NetworkCheckpoint;
} {
  const { arrays, metadata } = readSafetensors(bytes);
  const text = metadata[key];
  if (text === undefined) {
    throw usageError(
      "CHECKPOINT",
      "This safetensors file is not an interrupted training of a network.",
      "Pass the file that the interrupted run wrote.",
    );
  }
  const { about, finished } = JSON.parse(text) as { about: string; finished: readonly StageFacts[] };
  const state = (name: string) => decodeCheckpoint(arrays.get(name)!.data as Uint8Array);
  const stages = finished.map((facts, i) => {
    const { params, best } = state(`finished/${i}`);
    return { ...facts, params, best };
  });
  return { about, checkpoint: { finished: stages, current: state("current") } };
}
