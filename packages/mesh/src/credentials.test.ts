import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCredentials } from './credentials.ts';
import { readRevocations, signRevocations } from './revocation-list.ts';
import { AUTHORITIES, AUTHORITY, MESH, member, NOW } from './testing/mesh-fixture.ts';

test('what is written is read again', async () => {
  const credentials = await member({ node: 'edge-2' });
  expect(credentials).toMatchObject({ mesh: MESH, node: 'edge-2', region: 'eu' });
  expect(credentials.keys).toEqual([{ id: 'k1', secret: new Uint8Array(32).fill(7), from: 0 }]);
  expect(credentials.key.asymmetricKeyType).toBe('rsa');
});

test('text that is none says what to do, and gives nothing away', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((each) => `aegis-mesh1.${each}.b.c.d.e`),
      ),
      (text) => {
        const read = readCredentials(text);
        expect(read.ok).toBe(false);
        if (!read.ok) expect(read.error).toContain('aegis mesh token');
      },
    ),
  );
});

test('nobody but the authority revokes', async () => {
  const list = { issued: NOW, tokenIds: new Set(['x']) };
  const good = await signRevocations(list, MESH, AUTHORITY);
  expect(await readRevocations(good, MESH, AUTHORITIES)).toEqual({ ok: true, value: list });
  expect(await readRevocations(good, 'other', AUTHORITIES)).toMatchObject({ ok: false });
  const [head, body, signature = ''] = good.split('.');
  const changed = `${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`;
  expect(await readRevocations([head, body, changed].join('.'), MESH, AUTHORITIES)).toMatchObject({
    ok: false,
  });
  const token = (await member()).token;
  expect(await readRevocations(token, MESH, AUTHORITIES)).toMatchObject({ ok: false });
});
