import { ProtoReader, ProtoWriter } from '@aegis/protobuf';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { messageType } from './testing/grpc-client.ts';

const verdict = messageType('aegis.check.v1.Verdict');

test('what is written is read by the general library, and the other way round', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.double({ noNaN: true }),
      fc.nat({ max: Number.MAX_SAFE_INTEGER }),
      (text, score, time) => {
        const written = new ProtoWriter(1).text(2, text).double(6, score).number(7, time).finish();
        expect(verdict.deserialize(written)).toEqual({ decision: text, score, expires_ms: time });
        const reader = new ProtoReader(verdict.serialize({ decision: text, expires_ms: time }));
        const read: unknown[] = [];
        for (let field = reader.next(); field !== 0; field = reader.next())
          read.push(field === 2 ? reader.text() : reader.number());
        expect(read).toEqual([text, time]);
      },
    ),
  );
});

test('messages in messages have the length of what is in them', () => {
  const sizes = fc.oneof(fc.nat({ max: 300 }), fc.constantFrom(120, 126, 127, 128, 16_370, 16_384, 20_000));
  fc.assert(
    fc.property(sizes, sizes, (inside, beside) => {
      const written = new ProtoWriter(1).message(1, (outer) =>
        outer
          .message(2, (inner) => inner.bytes(3, Buffer.alloc(inside, 1)))
          .bytes(4, Buffer.alloc(beside, 2)),
      );
      const top = new ProtoReader(written.number(5, 6).finish());
      expect(top.next()).toBe(1);
      const outer = top.message();
      expect(outer.next()).toBe(2);
      const inner = outer.message();
      expect([inner.next(), inner.bytes(), inner.next()]).toEqual([3, Buffer.alloc(inside, 1), 0]);
      expect([outer.next(), outer.bytes(), outer.next()]).toEqual([4, Buffer.alloc(beside, 2), 0]);
      expect([top.next(), top.number(), top.next()]).toEqual([5, 6, 0]);
    }),
  );
});

test('no bytes do more than be refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const reader = new ProtoReader(Buffer.from(bytes));
      try {
        for (let field = reader.next(); field !== 0; field = reader.next()) reader.skip();
      } catch (error) {
        expect(error).toMatchObject({ code: 'bad_message' });
      }
    }),
  );
});
