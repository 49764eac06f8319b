// Reads and writes arrays in the safetensors format: a JSON header with names, types, shapes and offsets, then the
// bytes. Nothing in such a file can run code, and other tools read it.
//
// Format: https://github.com/huggingface/safetensors

import { dataError } from "@mmm/core";
import type { NdArray, NdData } from "./nd-array.js";
import { sizeOf } from "./nd-array.js";

export interface SafetensorsFile {
  readonly arrays: ReadonlyMap<string, NdArray>;
  readonly metadata: Readonly<Record<string, string>>;
}

type HeaderEntry = { readonly dtype: string; readonly shape: number[]; readonly data_offsets: [number, number] };

/** Bytes of a file with the named arrays; flatten a tree with `flattenTree` first. */
export function writeSafetensors(
  arrays: ReadonlyMap<string, NdArray>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  // Wider elements first keep every array aligned to its element size.
  const ordered = [...arrays].sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  const header: Record<string, HeaderEntry | Record<string, string>> = {};
  if (Object.keys(metadata).length > 0) header["__metadata__"] = { ...metadata };
  let offset = 0;
  for (const [name, { data, shape }] of ordered) {
    header[name] = { dtype: dtypeName(data), shape: [...shape], data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const headerLength = Math.ceil(text.length / 8) * 8;
  const out = new Uint8Array(8 + headerLength + offset);
  new DataView(out.buffer).setBigUint64(0, BigInt(headerLength), true);
  out.fill(0x20, 8, 8 + headerLength);
  out.set(text, 8);
  let at = 8 + headerLength;
  for (const [, { data }] of ordered) {
    out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return out;
}

/**
 * Read a file back.
 *
 * @throws MmmError `SAFETENSORS` when the bytes are not such a file or hold another element type
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length >= 8 ? Number(view.getBigUint64(0, true)) : Number.POSITIVE_INFINITY;
  if (8 + length > bytes.length) throw broken("its header is longer than the file");
  let header: Record<string, HeaderEntry | Record<string, string>>;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  } catch {
    throw broken("its header is not JSON");
  }
  const { __metadata__: metadata = {}, ...entries } = header;
  const arrays = new Map<string, NdArray>();
  for (const [name, entry] of Object.entries(entries) as [string, HeaderEntry][]) {
    const make = makers[entry.dtype];
    if (!make) throw broken(`'${name}' has the type ${entry.dtype}; known: ${Object.keys(makers).join(", ")}`);
    const [from, to] = entry.data_offsets;
    // A copy: the slice of a Node Buffer would still be a view of its pool.
    const data = make(Uint8Array.from(bytes.subarray(8 + length + from, 8 + length + to)).buffer);
    if (data.length !== sizeOf(entry.shape))
      throw broken(`'${name}' has ${data.length} values for the shape [${entry.shape.join(", ")}]`);
    arrays.set(name, { data, shape: entry.shape });
  }
  return { arrays, metadata: metadata as Record<string, string> };
}

const makers: Readonly<Record<string, (buffer: ArrayBuffer) => NdData>> = {
  F32: (buffer) => new Float32Array(buffer),
  F64: (buffer) => new Float64Array(buffer),
  I32: (buffer) => new Int32Array(buffer),
  BOOL: (buffer) => new Uint8Array(buffer),
};

function dtypeName(data: NdData): string {
  if (data instanceof Float32Array) return "F32";
  if (data instanceof Float64Array) return "F64";
  return data instanceof Int32Array ? "I32" : "BOOL";
}

function broken(why: string): Error {
  return dataError(
    "SAFETENSORS",
    `This is not a safetensors file of ours: ${why}.`,
    "Check the path, or write it again.",
  );
}
