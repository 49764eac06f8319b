// The safetensors container: a JSON header that names arrays, then their bytes. Readable from Python and Rust alike.
// Format: https://huggingface.co/docs/safetensors (8-byte little-endian header length, JSON header, data).

import { dataError } from "@mmm/core";

/** A named array; float64 or bytes. */
export interface StoredArray {
  readonly shape: readonly number[];
  readonly data: Float64Array | Uint8Array;
}

export function encodeSafetensors(arrays: Readonly<Record<string, StoredArray>>): Uint8Array {
  const header: Record<string, { dtype: string; shape: readonly number[]; data_offsets: [number, number] }> = {};
  let end = 0;
  for (const [name, { shape, data }] of Object.entries(arrays)) {
    const dtype = data instanceof Float64Array ? "F64" : "U8";
    header[name] = { dtype, shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const text = JSON.stringify(header);
  const json = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 8) * 8));
  const bytes = new Uint8Array(8 + json.length + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  let at = 8 + json.length;
  for (const { data } of Object.values(arrays)) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/** @throws MmmError `BAD_SAFETENSORS` when the bytes are not such a file or are cut off */
export function decodeSafetensors(bytes: Uint8Array, file: string): Record<string, StoredArray> {
  const bad = (why: string) =>
    dataError("BAD_SAFETENSORS", `${file} is not a complete safetensors file: ${why}.`, "Run the fit again.", { file });
  if (bytes.length < 8) throw bad(`it has ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > bytes.length - 8) throw bad("its header is longer than the file");
  let header: Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  } catch {
    throw bad("its header is not JSON");
  }
  const start = 8 + length;
  const arrays: Record<string, StoredArray> = {};
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    if (start + offsets[1] > bytes.length) throw bad(`'${name}' is cut off`);
    const own = Uint8Array.from(bytes.subarray(start + offsets[0], start + offsets[1]));
    if (dtype !== "F64" && dtype !== "U8") throw bad(`'${name}' has the type ${dtype}; F64 and U8 are known`);
    arrays[name] = { shape, data: dtype === "F64" ? new Float64Array(own.buffer) : own };
  }
  return arrays;
}
