// The few parts of the protobuf wire format that ONNX files need: variable-length integers, length-delimited fields
// and 32-bit floats. Written here so that exporting a model needs no dependency; the tests read the result back with
// an independent decoder.
//
// Format: https://protobuf.dev/programming-guides/encoding/

/** Collects the fields of one message. */
export interface MessageWriter {
  integer(field: number, value: number | bigint): MessageWriter;
  float(field: number, value: number): MessageWriter;
  text(field: number, value: string): MessageWriter;
  bytes(field: number, value: Uint8Array): MessageWriter;
  message(field: number, value: MessageWriter): MessageWriter;
  /** The finished message. */
  finish(): Uint8Array;
}

const encoder = new TextEncoder();

export function createMessage(): MessageWriter {
  const chunks: Uint8Array[] = [];
  const tag = (field: number, wire: number): void => void chunks.push(variableLength(field * 8 + wire));
  const writer: MessageWriter = {
    integer(field, value) {
      tag(field, 0);
      chunks.push(variableLength(value));
      return writer;
    },
    float(field, value) {
      tag(field, 5);
      const chunk = new Uint8Array(4);
      new DataView(chunk.buffer).setFloat32(0, value, true);
      chunks.push(chunk);
      return writer;
    },
    bytes(field, value) {
      tag(field, 2);
      chunks.push(variableLength(value.length), value);
      return writer;
    },
    text: (field, value) => writer.bytes(field, encoder.encode(value)),
    message: (field, value) => writer.bytes(field, value.finish()),
    finish() {
      const out = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
      let offset = 0;
      for (const chunk of chunks) {
        out.set(chunk, offset);
        offset += chunk.length;
      }
      return out;
    },
  };
  return writer;
}

/** Seven bits per byte, least significant first; negative numbers as 64-bit two's complement. */
export function variableLength(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return Uint8Array.from(bytes);
}
