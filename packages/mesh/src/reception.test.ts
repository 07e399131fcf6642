import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Envelope } from './envelope.ts';
import { FrameSealer } from './frame-sealer.ts';
import { FRAME_TEXT_LIMIT } from './limits.ts';
import { sealingKey } from './mesh-key.ts';
import {
  ANOTHER_KEY,
  CHANNEL,
  DAY,
  envelope,
  KEYS,
  member,
  NOW,
  reception,
  sealerOf,
} from './testing/mesh-fixture.ts';

/** Signs in the name of the authority. */
const STRANGER = { id: 'authority', key: generateKeyPairSync('ed25519').privateKey };
const nonce = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(9);
const kinds = async (text: string, at: number = NOW, scene = reception()) => {
  const { envelopes, refused } = await scene.reception.receive({ channel: CHANNEL, text, at });
  return { taken: envelopes.length, refused: refused.map(({ kind }) => kind) };
};
const sealed = async (...envelopes: readonly Envelope[]): Promise<string> =>
  sealerOf(await member()).seal(CHANNEL, envelopes);

test('what a member says arrives as it was said, in order', async () => {
  const said = [envelope(), envelope(), envelope()];
  const { envelopes, refused } = await reception().reception.receive({
    channel: CHANNEL,
    text: await sealed(...said),
    at: NOW,
  });
  expect(envelopes).toEqual(said);
  expect(refused).toEqual([]);
});

test('nothing of a message can be read or found in its frame', async () => {
  const text = await sealed(envelope());
  const bytes = Buffer.from(text.split('.')[2] ?? '', 'base64').toString('latin1');
  for (const word of ['192.0.2.1', 'SQL injection', 'GLOBAL_BLOCK', 'eyJ']) expect(bytes).not.toContain(word);
});

test('a frame in which anything is changed is refused whole', async () => {
  const text = await sealed(envelope());
  const body = text.indexOf('.', 3) + 1;
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: text.length - 5 }),
      fc.constantFrom('A', 'Z', 'a', 'z', '0', '9', '+', '/'),
      async (at, letter) => {
        fc.pre(text[at] !== letter);
        const changed = `${text.slice(0, at)}${letter}${text.slice(at + 1)}`;
        const { taken, refused } = await kinds(changed);
        expect(taken).toBe(0);
        expect(refused).toHaveLength(1);
        if (at >= body) expect(refused).toEqual(['altered']);
      },
    ),
  );
});

test('any text at all is refused and harms nothing', async () => {
  const scene = reception();
  const text = fc.oneof(
    fc.string(),
    fc.string().map((each) => `A1.k1.${each}`),
    fc.base64String().map((each) => `A1.k1.${each}`),
  );
  await fc.assert(
    fc.asyncProperty(text, async (each) => {
      expect(await kinds(each, NOW, scene)).toMatchObject({ taken: 0, refused: [expect.any(String)] });
    }),
  );
});

test.each<[string, () => Promise<string>, number]>([
  ['oversized', async () => 'x'.repeat(FRAME_TEXT_LIMIT + 1), NOW],
  ['malformed', async () => 'A1.k1', NOW],
  ['unknown_key', async () => (await sealed(envelope())).replace('A1.k1.', 'A1.k2.'), NOW],
  // One that is sealed for another mesh does not even open.
  ['altered', async () => sealerOf(await member({ mesh: 'other' })).seal(CHANNEL, [envelope()]), NOW],
  ['bad_token', async () => sealerOf(await member({ authority: STRANGER })).seal(CHANNEL, [envelope()]), NOW],
  ['expired_token', async () => sealed(envelope({ timestamp: (NOW + 31 * DAY) / 1_000 })), NOW + 31 * DAY],
  [
    'forged',
    async () => new FrameSealer({ ...(await member()), key: ANOTHER_KEY }, nonce).seal(CHANNEL, [envelope()]),
    NOW,
  ],
  ['impostor', () => sealed(envelope({ source_node: 'c' })), NOW],
  ['impostor', () => sealed(envelope({ source_region: 'us' })), NOW],
  ['stale', () => sealed(envelope({ timestamp: NOW / 1_000 - 61 })), NOW],
  ['stale', () => sealed(envelope({ timestamp: NOW / 1_000 + 61 })), NOW],
  ['bad_message', () => sealed(envelope({ type: 'node_heartbeat' } as never)), NOW],
  ['bad_message', () => sealed({ ...envelope(), extra: 1 } as never), NOW],
  ['bad_message', () => sealed(null as never), NOW],
])('%s is told from everything else', async (kind, text, at) => {
  expect(await kinds(await text(), at)).toEqual({ taken: 0, refused: [kind] });
});

test('a frame opens on its own channel alone', async () => {
  const text = await sealed(envelope());
  const { refused } = await reception().reception.receive({ channel: 'aegis.policy', text, at: NOW });
  expect(refused.map(({ kind }) => kind)).toEqual(['altered']);
});

test('the same message again is refused, and taken where it is asked for again', async () => {
  const scene = reception();
  const text = await sealed(envelope());
  expect(await kinds(text, NOW, scene)).toEqual({ taken: 1, refused: [] });
  expect(await kinds(text, NOW + 1, scene)).toEqual({ taken: 0, refused: ['replayed'] });
  const frame = { channel: CHANNEL, text, at: NOW };
  expect((await scene.reception.receive(frame, { again: true })).envelopes).toHaveLength(1);
});

test('own messages are left out without a word', async () => {
  expect(await kinds(await sealed(envelope()), NOW, reception({ self: 'a' }))).toEqual({
    taken: 0,
    refused: [],
  });
});

test('a good message beside a bad one is taken', async () => {
  const text = await sealed(envelope(), envelope({ source_node: 'c' }), envelope());
  expect(await kinds(text)).toEqual({ taken: 2, refused: ['impostor'] });
});

test('one node cannot send more than the rule, and the next moment it can again', async () => {
  const scene = reception({ flood: { perSecond: 10, burst: 5 } });
  const many = Array.from({ length: 8 }, () => envelope());
  expect(await kinds(await sealed(...many), NOW, scene)).toEqual({
    taken: 5,
    refused: ['flood', 'flood', 'flood'],
  });
  expect(await kinds(await sealed(envelope(), envelope()), NOW + 100, scene)).toEqual({
    taken: 1,
    refused: ['flood'],
  });
});

test('a revoked token is no good from that moment on, whenever it was used', async () => {
  const scene = reception();
  expect(await kinds(await sealed(envelope()), NOW, scene)).toEqual({ taken: 1, refused: [] });
  expect(scene.members.revoke({ issued: 1, tokenIds: new Set(['token-of-a']) })).toBe(true);
  expect(scene.members.revoke({ issued: 1, tokenIds: new Set() })).toBe(false);
  expect(await kinds(await sealed(envelope()), NOW, scene)).toEqual({ taken: 0, refused: ['revoked'] });
});

test('a new key is used from its time on, and who has both opens both', async () => {
  const [old] = KEYS;
  const next = { id: 'k2', secret: new Uint8Array(32).fill(8), from: NOW + DAY };
  expect(sealingKey([old, next], NOW).id).toBe('k1');
  expect(sealingKey([old, next], NOW + DAY).id).toBe('k2');
  const credentials = await member({ keys: [old, next] });
  const later = sealerOf(credentials).seal(CHANNEL, [envelope({ timestamp: (NOW + DAY) / 1_000 })]);
  expect(later).toMatch(/^A1\.k2\./);
  expect(await kinds(later, NOW + DAY, reception({}, [old, next]))).toEqual({ taken: 1, refused: [] });
  expect(await kinds(later, NOW + DAY)).toEqual({ taken: 0, refused: ['unknown_key'] });
});
