import { expect } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { type GatewayScene, VISITORS } from './gateway-scene.ts';

/** What visitors must meet at any proxy that asks Aegis, whichever it is. */
export async function gatewayContract({ visit, aegis, node }: GatewayScene): Promise<void> {
  const { banned, other, sixth } = VISITORS;
  const status = async (from: string, ...words: readonly string[]): Promise<number> =>
    (await visit(from, ...words)).status;

  expect(await status(banned)).toBe(200);
  expect((await visit(banned)).body).toContain('"app":"here"');

  const made = JSON.parse(
    await aegis('decisions', 'add', banned, sixth, '--reason', 'secret reason', '--json'),
  ) as {
    results: { decision: { id: string } }[];
  };
  const refusal = await visit(banned);
  expect(refusal.status).toBe(403);
  // A reference to look up, and nothing of why.
  expect(refusal.body).toContain(made.results[0]?.decision.id);
  expect(JSON.stringify(refusal)).not.toContain('secret reason');
  expect(await status(sixth)).toBe(403);
  expect(await status(other)).toBe(200);

  // A banned visitor cannot pass for somebody else, nor bring anybody else into trouble.
  for (const header of ['X-Forwarded-For', 'X-Real-IP', 'Forwarded']) {
    const value = (address: string): string =>
      `${header}: ${header === 'Forwarded' ? `for=${address}` : address}`;
    expect(await status(banned, '-H', value(other)), header).toBe(403);
    expect(await status(other, '-H', value(banned)), header).toBe(200);
  }
  const chain = `X-Forwarded-For: ${Array.from({ length: 400 }, () => other).join(', ')}`;
  expect(await status(banned, '-H', chain)).toBe(403);

  await aegis('decisions', 'delete', banned);
  expect(await status(banned)).toBe(200);
  await aegis('decisions', 'add', banned, '--action', 'throttle', '--reason', 'too fast');
  const throttled = await visit(banned);
  expect(throttled.status).toBe(429);
  expect(Number(throttled.headers['retry-after'])).toBeGreaterThan(0);
  await aegis('decisions', 'delete', banned);

  await aegis('decisions', 'add', 'BadBot/1.0', '--scope', 'user_agent', '--reason', 'a bad bot');
  expect(await status(other, '-A', 'BadBot/1.0')).toBe(403);
  expect(await status(other, '-A', 'GoodBot/1.0')).toBe(200);

  // Fail-open is what the shipped configurations choose.
  await aegis('decisions', 'add', banned, '--reason', 'again');
  expect(await status(banned)).toBe(403);
  await node.kill();
  await eventually('everybody passes while Aegis is away', async () =>
    (await status(banned)) === 200 ? true : undefined,
  );
}
