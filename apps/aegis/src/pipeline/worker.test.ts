import { AegisError, seededRandom } from '@aegis/model';
import { afterEach, expect, test, vi } from 'vitest';
import {
  attack,
  discard,
  openPipeline,
  type PipelineFixture,
  type PipelineFixtureOptions,
  visit,
} from './pipeline-fixture.ts';

/** However busy the machine is. */
const eventually = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, 10_000);

const opened: PipelineFixture[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await discard(each);
});

async function open(options: PipelineFixtureOptions = {}): Promise<PipelineFixture> {
  const fixture = await openPipeline(options);
  opened.push(fixture);
  return fixture;
}

/** As a process does that dies, and the one that is started after it. */
async function restarted(
  fixture: PipelineFixture,
  options: PipelineFixtureOptions,
): Promise<PipelineFixture> {
  opened.splice(opened.indexOf(fixture), 1);
  await fixture.abandon();
  return open({ ...options, folder: fixture.folder, clock: fixture.clock });
}

async function storedIds({ archive }: PipelineFixture): Promise<readonly string[]> {
  return (await archive.find({ limit: 500 })).sessions.map(({ sess_uuid: id }) => id).sort();
}

/** Sessions whose storing is refused with a defect, by id. */
function poison(fixture: PipelineFixture, ...ids: readonly string[]): readonly string[] {
  const tried: string[] = [];
  const store = fixture.archive.store.bind(fixture.archive);
  fixture.archive.store = async (records) => {
    const bad = records.find(({ sess_uuid: id }) => ids.includes(id));
    if (bad !== undefined) {
      tried.push(bad.sess_uuid);
      throw new RangeError(`cannot digest ${bad.sess_uuid}`);
    }
    return store(records);
  };
  return tried;
}

test('what can never be a session is buried with the reason, and the good ones around it are kept', async () => {
  const fixture = await open();
  await fixture.stream.append(['{"half":', '[]', '"text"', '{}', '{"sess_uuid":"x","peer_ip":"nobody"}']);
  await fixture.intake.accept([visit(1)]);
  await fixture.stream.append([`${'['.repeat(100_000)}`]);
  await fixture.intake.accept([visit(2)]);
  await fixture.drain();
  expect(await storedIds(fixture)).toEqual(['session-1', 'session-2']);
  const letters = await fixture.group.buried({ limit: 10 });
  expect(letters.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/JSON/),
    expect.stringMatching(/not a JSON object/),
    expect.stringMatching(/not a JSON object/),
    expect.stringMatching(/^sess_uuid: /),
    expect.stringMatching(/^peer_ip: .*nobody/),
    expect.stringMatching(/JSON/),
  ]);
  const { values } = await fixture.decisions.metrics.sessionsDeadLettered.get();
  expect(values.map(({ labels, value }) => [labels.reason, value])).toEqual([
    ['not_json', 2],
    ['not_valid', 4],
  ]);
});

test('a session that always fails does not hold back its batch and is buried after its attempts', async () => {
  const fixture = await open({ maxAttempts: 3, reclaimIdleMs: 60_000 });
  const tried = poison(fixture, 'session-3');
  await fixture.intake.accept([visit(1), visit(2), visit(3), visit(4), attack(5)]);
  fixture.worker.start();
  await eventually(async () => expect(await storedIds(fixture)).toHaveLength(4));
  // The batch, then by itself.
  await eventually(() => expect(tried).toHaveLength(2));
  await eventually(async () =>
    expect(await fixture.group.stats()).toMatchObject({ waiting: 0, pending: 1, buried: 0 }),
  );
  for (const attempts of [3, 4]) {
    fixture.clock.advance(60_000);
    await eventually(() => expect(tried).toHaveLength(attempts));
  }
  await eventually(async () => expect(await fixture.group.stats()).toMatchObject({ pending: 0, buried: 1 }));
  await fixture.worker.stop();
  expect(await fixture.group.buried({ limit: 1 })).toMatchObject([
    { attempt: 3, reason: 'cannot digest session-3' },
  ]);
  expect(fixture.worker.trouble).toBe('');
});

test.each(['archive_full', 'archive_unavailable'])(
  'while the archive says %s nothing is acknowledged, it is told, and it recovers by itself',
  async (code) => {
    const fixture = await open();
    let away = true;
    let tries = 0;
    const store = fixture.archive.store.bind(fixture.archive);
    fixture.archive.store = async (records) => {
      tries += 1;
      if (away) throw new AegisError(code, 'no room left on the disk');
      return store(records);
    };
    await fixture.intake.accept([visit(1), visit(2)]);
    fixture.worker.start();
    await eventually(() => expect(tries).toBeGreaterThan(3));
    expect(fixture.worker.trouble).toBe('no room left on the disk');
    expect(await fixture.group.stats()).toEqual({ waiting: 0, pending: 2, buried: 0 });
    away = false;
    await eventually(async () => expect(await fixture.group.stats()).toMatchObject({ pending: 0 }));
    expect(await storedIds(fixture)).toEqual(['session-1', 'session-2']);
    await eventually(() => expect(fixture.worker.trouble).toBe(''));
  },
);

test.each(['read', 'ack', 'reclaim', 'bury'] as const)(
  'a stream that is away when it is asked to %s ends nothing and loses nothing',
  async (method) => {
    const fixture = await open();
    const { group } = fixture;
    const asked = vi
      .spyOn(group, method)
      .mockRejectedValueOnce(new AegisError('stream_unavailable', 'away'))
      .mockRejectedValueOnce(new AegisError('stream_unavailable', 'still away'));
    await fixture.intake.accept([visit(1)]);
    await fixture.stream.append(['nonsense']);
    await fixture.drain();
    expect(asked.mock.calls.length).toBeGreaterThan(2);
    expect(await storedIds(fixture)).toEqual(['session-1']);
    expect(await group.stats()).toEqual({ waiting: 0, pending: 0, buried: 1 });
  },
);

test('stopping finishes the batch in hand, and what was not begun is left to the next one', async () => {
  const fixture = await open({ batchSize: 2 });
  const gate = Promise.withResolvers<void>();
  const store = fixture.archive.store.bind(fixture.archive);
  let asked = 0;
  fixture.archive.store = async (records) => {
    asked += 1;
    await gate.promise;
    return store(records);
  };
  await fixture.intake.accept([visit(1), visit(2), visit(3)]);
  fixture.worker.start();
  await eventually(() => expect(asked).toBe(1));
  const stopped = fixture.worker.stop();
  gate.resolve();
  await stopped;
  expect(await fixture.group.stats()).toEqual({ waiting: 1, pending: 0, buried: 0 });
  expect(await storedIds(fixture)).toEqual(['session-1', 'session-2']);
});

test('stopping does not wait for a store that stays away', async () => {
  const fixture = await open({ random: { next: () => 1 } });
  fixture.archive.store = () => Promise.reject(new AegisError('archive_unavailable', 'away'));
  await fixture.intake.accept([visit(1)]);
  fixture.worker.start();
  await eventually(() => expect(fixture.worker.trouble).toBe('away'));
  await fixture.worker.stop();
  expect(await fixture.group.stats()).toMatchObject({ pending: 1 });
});

test('what another consumer left behind is taken over once it has been idle for long enough', async () => {
  const fixture = await open({ consumer: 'alive', reclaimIdleMs: 60_000 });
  await fixture.intake.accept([visit(1), visit(2)]);
  await fixture.group.read('dead', { count: 10, blockMs: 0 });
  fixture.worker.start();
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(await storedIds(fixture)).toEqual([]);
  fixture.clock.advance(60_000);
  await eventually(async () => expect(await fixture.group.stats()).toMatchObject({ pending: 0 }));
  expect(await storedIds(fixture)).toEqual(['session-1', 'session-2']);
});

test('what one of the same name left behind is taken over at the start, however much it is', async () => {
  const fixture = await open({ batchSize: 2 });
  await fixture.intake.accept(Array.from({ length: 7 }, (_, n) => visit(n)));
  await fixture.group.read('worker-1', { count: 7, blockMs: 0 });
  await fixture.drain();
  expect(await storedIds(fixture)).toHaveLength(7);
});

test('a session that ends the process each time is buried, and those beside it are not', async () => {
  const options: PipelineFixtureOptions = { batchSize: 20, maxAttempts: 5, random: seededRandom(7) };
  let fixture = await open(options);
  await fixture.intake.accept(Array.from({ length: 20 }, (_, n) => visit(n)));
  let deaths = 0;
  for (let life = 0; life < 10; life++) {
    const died = Promise.withResolvers<boolean>();
    const { archive, worker } = fixture;
    const store = archive.store.bind(archive);
    archive.store = (records) => {
      if (!records.some(({ sess_uuid: id }) => id === 'session-9')) return store(records);
      // Nothing more is heard of a process that ended.
      void worker.stop();
      died.resolve(true);
      return Promise.reject(new AegisError('archive_unavailable', 'the process ends'));
    };
    worker.start();
    const finished = eventually(async () =>
      expect(await fixture.group.stats()).toMatchObject({ waiting: 0, pending: 0 }),
    );
    const dead = await Promise.race([died.promise, finished.then(() => false)]);
    finished.catch(() => {});
    if (!dead) break;
    deaths += 1;
    fixture = await restarted(fixture, options);
  }
  expect(deaths).toBe(5);
  expect(await storedIds(fixture)).toHaveLength(19);
  expect(await fixture.group.buried({ limit: 10 })).toMatchObject([
    { reason: 'it was delivered 5 times and never finished' },
  ]);
});

test('what only waits beside another while processes die is not buried for it', async () => {
  const options: PipelineFixtureOptions = { batchSize: 20, maxAttempts: 5 };
  let fixture = await open(options);
  await fixture.intake.accept(Array.from({ length: 20 }, (_, n) => visit(n)));
  // Each life finishes one message and dies over the next: never by the doing of one of them.
  for (let life = 0; life < 12; life++) {
    const died = Promise.withResolvers<void>();
    const { archive, worker } = fixture;
    const store = archive.store.bind(archive);
    let finished = 0;
    archive.store = (records) => {
      if (records.length === 1 && finished++ === 0) return store(records);
      void worker.stop();
      died.resolve();
      return Promise.reject(new AegisError('archive_unavailable', 'the process ends'));
    };
    worker.start();
    await died.promise;
    fixture = await restarted(fixture, options);
  }
  await fixture.drain();
  expect(await storedIds(fixture)).toHaveLength(20);
  expect(await fixture.group.stats()).toEqual({ waiting: 0, pending: 0, buried: 0 });
});

test('deliveries whose acknowledgement the stream lost are not held against a message', async () => {
  const fixture = await open({ maxAttempts: 3 });
  const { group } = fixture;
  const ack = group.ack.bind(group);
  let lost = 0;
  group.ack = async (ids) => {
    if (lost++ < 10) throw new AegisError('stream_unavailable', 'no answer in time');
    return ack(ids);
  };
  await fixture.intake.accept([visit(1), visit(2), visit(3)]);
  await fixture.drain();
  expect(lost).toBeGreaterThan(10);
  expect(await storedIds(fixture)).toHaveLength(3);
  expect(await group.stats()).toEqual({ waiting: 0, pending: 0, buried: 0 });
});

test('the first delivery says so, every later one that it may have been processed before', async () => {
  const seen: unknown[] = [];
  const fixture = await open({
    process: async (sessions, { again }) => void seen.push([sessions.map(({ id }) => id), again]),
  });
  await fixture.intake.accept([visit(1)]);
  await fixture.group.read('worker-1', { count: 1, blockMs: 0 });
  await fixture.intake.accept([visit(2)]);
  await fixture.drain();
  expect(seen).toEqual([
    [['session-1'], true],
    [['session-2'], false],
  ]);
});
