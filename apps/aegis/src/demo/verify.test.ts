import type { Outcome } from '@aegis/model';
import { expect, test } from 'vitest';
import type { ApiClient } from '../client/index.ts';
import type { Recording } from './recording.ts';
import { verify } from './verify.ts';

const OUTCOMES: Readonly<Record<string, Outcome>> = {
  '192.0.2.1': 'block',
  '192.0.2.2': 'throttle',
  '192.0.2.3': 'challenge',
  '192.0.2.4': 'observe',
  '198.51.100.1': 'none',
  '198.51.100.2': 'allow',
  '198.51.100.3': 'challenge',
};

test('what the check endpoint says is held against the truth', async () => {
  const client = {
    check: async ({ address }: { readonly address: string }) => ({
      outcome: OUTCOMES[address] ?? 'none',
      reason: '',
      score: 0,
    }),
  } as unknown as ApiClient;
  const clients: Recording['clients'] = Object.fromEntries(
    Object.keys(OUTCOMES).map((address) => [
      address,
      { kind: address.startsWith('192') ? 'attack' : 'ordinary', tools: [] },
    ]),
  );
  expect(await verify({ sessions: [], clients, recordedAt: '' }, client)).toEqual({
    refused: ['192.0.2.1', '192.0.2.2', '192.0.2.3'],
    tolerated: ['192.0.2.4'],
    passing: ['198.51.100.1', '198.51.100.2'],
    wronged: ['198.51.100.3'],
  });
});
