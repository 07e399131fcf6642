import fc from 'fast-check';
import { expect, test } from 'vitest';
import { framed, MessageAssembler } from './message-assembler.ts';

test('messages come out whole and in order, however the bytes are cut', () => {
  const messages = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 });
  fc.assert(
    fc.property(messages, fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (sent, cuts) => {
      const assembler = new MessageAssembler(40);
      const bytes = Buffer.concat(sent.map(framed));
      const heard: string[] = [];
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const end = at + (cuts[turn % cuts.length] as number);
        for (const message of assembler.push(bytes.subarray(at, end))) heard.push(message.toString('hex'));
        at = end;
      }
      expect(heard).toEqual(sent.map((message) => Buffer.from(message).toString('hex')));
    }),
  );
});

test('what is too large is refused by its length, before its bytes', () => {
  const header = Buffer.from([0, 0, 0, 0, 41]);
  expect(() => new MessageAssembler(40).push(header)).toThrow(
    expect.objectContaining({ code: 'message_too_large' }),
  );
});

test('compressed messages are refused', () => {
  const header = Buffer.from([1, 0, 0, 0, 1, 0]);
  expect(() => new MessageAssembler(40).push(header)).toThrow(
    expect.objectContaining({ code: 'compressed_message' }),
  );
});
