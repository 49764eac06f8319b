import fc from "fast-check";
import { onnx } from "onnx-proto";
import { expect, it } from "vitest";
import { createMessage, variableLength } from "./protobuf.js";

it("writes variable-length integers as the format's examples have them", () => {
  expect([...variableLength(1)]).toEqual([1]);
  expect([...variableLength(150)]).toEqual([0x96, 0x01]);
  expect([...variableLength(-1)]).toEqual([255, 255, 255, 255, 255, 255, 255, 255, 255, 1]);
});

it("an independent decoder reads back every attribute", () => {
  const attribute = fc.record({
    name: fc.string({ minLength: 1 }),
    i: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    f: fc.float({ noNaN: true }),
    ints: fc.array(fc.integer()),
    raw: fc.uint8Array(),
  });
  fc.assert(
    fc.property(attribute, ({ name, i, f, ints, raw }) => {
      const message = createMessage().text(1, name).float(2, f).integer(3, i).bytes(4, raw);
      for (const value of ints) message.integer(8, value);
      const read = onnx.AttributeProto.decode(message.finish());
      expect(read.name).toBe(name);
      expect(read.f).toBe(f);
      expect(String(read.i)).toBe(String(i));
      expect(read.ints.map(Number)).toEqual(ints);
      expect(Buffer.from(read.s)).toEqual(Buffer.from(raw));
    }),
  );
});
