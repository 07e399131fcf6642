import { ManualClock } from '@aegis/model';
import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import { type BouncerScene, bouncerRoutes } from './bouncer-routes.ts';
import { DecisionLog } from './decision-log.ts';

test('usage metrics are taken from agents by their token, from nobody without one', async () => {
  const app = fastify();
  const machines: Pick<BouncerScene['machines'], 'verify'> = {
    verify: async (token) => (token === 'good' ? 'web-1' : undefined),
  };
  bouncerRoutes(app, {
    keys: { verify: () => undefined },
    machines: machines as BouncerScene['machines'],
    log: new DecisionLog({ inForce: () => [], on: () => [] }),
    on: () => [],
    inForce: () => [],
    epoch: 'e',
    clock: new ManualClock(0),
  });
  const told = async (headers: Readonly<Record<string, string>>): Promise<number> =>
    (await app.inject({ method: 'POST', url: '/v1/usage-metrics', headers, payload: {} })).statusCode;
  expect(await told({ authorization: 'Bearer good' })).toBe(201);
  expect(await told({ authorization: 'Bearer bad' })).toBe(403);
  expect(await told({})).toBe(403);
  await app.close();
});
