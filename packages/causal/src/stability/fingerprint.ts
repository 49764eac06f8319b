import type { CausalData } from "@mmm/core";

/**
 * 64 bits over the data and some facts, as 16 hexadecimal digits: enough to notice that something changed, not a
 * protection against forgery.
 *
 * Source: two FNV-1a hashes over 32-bit words (Fowler, Noll & Vo 1991) with different offsets.
 */
export function fingerprint(data: CausalData, facts: unknown): string {
  const text = JSON.stringify([data.columns, data.rows, data.temporal, data.unitOffsets ?? null, facts]);
  const words = new Uint32Array(data.values.length * 2 + text.length);
  words.set(new Uint32Array(data.values.slice().buffer));
  for (let k = 0; k < text.length; k++) words[data.values.length * 2 + k] = text.charCodeAt(k);
  return [0x811c9dc5, 0x2f0b4a27].map((offset) => hash(words, offset).toString(16).padStart(8, "0")).join("");
}

function hash(words: Uint32Array, offset: number): number {
  let state = offset;
  for (const word of words) {
    state = Math.imul(state ^ word, 0x01000193);
    state ^= state >>> 15;
  }
  return state >>> 0;
}
