import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { sm2 } from 'sm-crypto-v2';
import { expect, test } from 'vitest';
import {
  type Checkpoint,
  checkpointDigest,
  NO_CHECKPOINT,
  openCheckpoint,
  signCheckpoint,
} from './checkpoint.ts';
import { signSm2, verifySm2 } from './sm2.ts';
import { SUITES, type SuiteName, suiteOf } from './suite.ts';
import { createVerifier, parseVerifier, type Verifier, writeVerifier } from './verifier.ts';

function keys(name: SuiteName): { readonly privateKey: KeyObject; readonly verifier: Verifier } {
  const { privateKey, publicKey } =
    name === 'sm3-sm2' ? generateKeyPairSync('ec', { namedCurve: 'SM2' }) : generateKeyPairSync('ed25519');
  return { privateKey, verifier: createVerifier('node-1', suiteOf(name), publicKey) };
}

const checkpoint: Checkpoint = {
  signer: 'node-1',
  size: 42,
  root: Buffer.alloc(32, 7),
  at: Date.UTC(2026, 10, 22, 7),
  previous: NO_CHECKPOINT,
};

test.each(SUITES)('what is signed opens as it was, with the key from its one line: %s', (name) => {
  const { privateKey, verifier } = keys(name);
  const text = signCheckpoint(checkpoint, privateKey, verifier);
  const reread = parseVerifier(writeVerifier(verifier));
  if (!reread.ok) throw new Error(reread.error.message);
  const opened = openCheckpoint(text, reread.value);
  expect(opened.ok && { ...opened.value, root: Buffer.from(opened.value.root) }).toEqual({
    ...checkpoint,
    previous: Buffer.from(NO_CHECKPOINT),
  });
  expect(checkpointDigest(text, verifier.suite.tree.name)).toHaveLength(32);
});

test.each(SUITES)('no changed character goes unseen: %s', (name) => {
  const { privateKey, verifier } = keys(name);
  const text = signCheckpoint(checkpoint, privateKey, verifier);
  expect(openCheckpoint(text, verifier).ok).toBe(true);
  for (let at = 0; at < text.length; at++) {
    const changed = `${text.slice(0, at)}${text[at] === '1' ? '2' : '1'}${text.slice(at + 1)}`;
    expect(openCheckpoint(changed, verifier).ok, JSON.stringify(changed)).toBe(false);
  }
});

test.each(SUITES)('another key, another signer: %s', (name) => {
  const { privateKey, verifier } = keys(name);
  const other = keys(name);
  const text = signCheckpoint(checkpoint, privateKey, verifier);
  expect(openCheckpoint(text, other.verifier)).toMatchObject({ error: { kind: 'other_signer' } });
  const forged = signCheckpoint(checkpoint, other.privateKey, verifier);
  expect(openCheckpoint(forged, verifier)).toMatchObject({ error: { kind: 'bad_signature' } });
  const renamed = createVerifier('node-2', verifier.suite, verifier.publicKey);
  expect(openCheckpoint(text, renamed)).toMatchObject({ error: { kind: 'other_signer' } });
});

test('no text makes it fail', () => {
  const { verifier } = keys('sm3-sm2');
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !openCheckpoint(text, verifier).ok));
  const lines = fc.array(fc.constantFrom('node-1', '0', '', 'time 2026-11-22T07:00:00.000Z', 'AA=='), {
    maxLength: 9,
  });
  fc.assert(fc.property(lines, (each) => !openCheckpoint(each.join('\n'), verifier).ok));
});

test.each(['', 'x', 'node-1+00000000+AQ==', 'a b+00000000+AAAA', `node-1+00000000+${'A'.repeat(44)}`])(
  'the line %j is no public key',
  (line) => {
    expect(parseVerifier(line).ok).toBe(false);
  },
);

test('a line whose key was exchanged is refused', () => {
  const [one, two] = [keys('sha256-ed25519'), keys('sha256-ed25519')].map(({ verifier }) =>
    writeVerifier(verifier),
  );
  const mixed = `${one?.split('+').slice(0, 2).join('+')}+${two?.split('+').slice(2).join('+')}`;
  expect(parseVerifier(mixed)).toMatchObject({
    error: { message: expect.stringContaining('do not belong') },
  });
});

test('SM2 signs as GB/T 32918 says, and believes what others sign so', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'SM2' });
  const point = publicKey.export({ type: 'spki', format: 'der' }).subarray(-65).toString('hex');
  const scalar = privateKey
    .export({ type: 'pkcs8', format: 'der' })
    .toString('hex')
    .match(/0420([0-9a-f]{64})/)?.[1] as string;
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (data) => {
      const ours = signSm2(data, privateKey).toString('hex');
      expect(sm2.doVerifySignature(data, ours, point, { der: true, hash: true })).toBe(true);
      const theirs = sm2.doSignature(data, scalar, { der: true, hash: true, publicKey: point });
      expect(verifySm2(data, publicKey, Buffer.from(theirs, 'hex'))).toBe(true);
      expect(verifySm2(Buffer.concat([data, Buffer.of(1)]), publicKey, Buffer.from(theirs, 'hex'))).toBe(
        false,
      );
    }),
    { numRuns: 30 },
  );
});
