import { ManualClock, type Phase, type SessionRecord } from '@aegis/model';
import { expect, test } from 'vitest';
import { FakeArchive, sampleSession } from '../http/fixture/fake-archive.ts';
import { NextStages } from './next-stages.ts';

function session(id: string, peer_ip: string, ...phases: readonly Phase[]): SessionRecord {
  const sample = sampleSession(id, 85);
  return { ...sample, peer_ip, attack_patterns: { ...sample.attack_patterns, phases } };
}

/** `rounds` addresses that each scanned and then exploited, twenty others that scanned twice. */
async function archiveOf(rounds: number): Promise<FakeArchive> {
  const archive = new FakeArchive();
  for (let n = 0; n < rounds; n++) {
    await archive.store([session(`s${n}`, `192.0.2.${n}`, 'reconnaissance', 'scanning')]);
    await archive.store([session(`e${n}`, `192.0.2.${n}`, 'exploitation')]);
  }
  for (let n = 0; n < 20; n++) {
    await archive.store([session(`p${n}`, `198.51.100.${n}`, 'exploitation')]);
    await archive.store([session(`q${n}`, `198.51.100.${n}`, 'scanning')]);
  }
  return archive;
}

test('who scanned is expected to exploit, where that is what others did', async () => {
  const archive = await archiveOf(100);
  await archive.store([session('x', '203.0.113.1', 'scanning')]);
  const stages = new NextStages({ archive, clock: new ManualClock() });
  const forecast = await stages.forecast('203.0.113.1');
  expect(forecast).toMatchObject({
    present: 'scanning',
    prediction: 'exploitation',
    seen: 100,
    sessions: 241,
  });
  expect(forecast?.gainBits).toBeGreaterThan(0);
  expect(forecast?.probabilities[0]?.probability).toBeGreaterThan(0.8);
});

test('where too little was seen there is no prediction, and the base rates are told', async () => {
  const archive = await archiveOf(5);
  await archive.store([session('x', '203.0.113.1', 'scanning')]);
  const forecast = await new NextStages({ archive, clock: new ManualClock() }).forecast('203.0.113.1');
  expect(forecast).not.toHaveProperty('prediction');
  expect(forecast?.probabilities.length).toBeGreaterThan(1);
});

test('of who attacked nobody nothing is said', async () => {
  const stages = new NextStages({ archive: await archiveOf(5), clock: new ManualClock() });
  expect(await stages.forecast('203.0.113.99')).toBeUndefined();
});

test('what was counted is used for ten minutes', async () => {
  const archive = await archiveOf(5);
  const clock = new ManualClock();
  const stages = new NextStages({ archive, clock });
  expect((await stages.forecast('192.0.2.1'))?.sessions).toBe(50);
  await archive.store([session('x', '203.0.113.1', 'scanning')]);
  expect((await stages.forecast('192.0.2.1'))?.sessions).toBe(50);
  clock.advance(600_001);
  expect((await stages.forecast('192.0.2.1'))?.sessions).toBe(51);
});
