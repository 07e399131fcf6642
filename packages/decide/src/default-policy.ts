import { Policy } from './policy.ts';

/**
 * In force where the operator gave none. An operator's word outweighs machines and does not fade; own detections
 * fade over an hour; what others report counts less; feeds, being polled, fade over a day.
 */
export const defaultPolicy: Policy = Policy.parse({
  name: 'default',
  strategies: [
    { name: 'operator', origins: ['operator'], weight: 10, freshness: { kind: 'none' } },
    { name: 'detections', origins: ['aegis', 'guard'], weight: 1 },
    { name: 'mesh', origins: ['mesh*'], weight: 0.9 },
    { name: 'crowdsec', origins: ['crowdsec*'], weight: 0.8 },
    {
      name: 'feeds',
      origins: ['feed:*'],
      weight: 0.6,
      freshness: { kind: 'linear', window: '1d' },
    },
    { name: 'others', origins: ['*'], weight: 0.5 },
  ],
});
