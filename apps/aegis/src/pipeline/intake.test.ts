import { AegisError } from '@aegis/model';
import { afterEach, expect, test, vi } from 'vitest';
import { discard, openPipeline, type PipelineFixture, visit } from './pipeline-fixture.ts';

let fixture: PipelineFixture | undefined;
afterEach(async () => {
  if (fixture !== undefined) await discard(fixture);
});

test('what is accepted is on the stream, as many as were sent', async () => {
  fixture = await openPipeline();
  const { intake, stream } = fixture;
  expect(await intake.accept([visit(1), visit(2)])).toBe(2);
  expect(await intake.accept([])).toBe(0);
  expect(await stream.length()).toBe(2);
  expect(await intake.backlog()).toEqual({ waiting: 2, pending: 0, buried: 0 });
  expect((await fixture.decisions.metrics.sessionsAccepted.get()).values[0]?.value).toBe(2);
});

test('a full stream is told as such, another failure as it is, and neither counts', async () => {
  fixture = await openPipeline();
  const { intake, stream } = fixture;
  const append = vi.spyOn(stream, 'append');
  append.mockRejectedValueOnce(new AegisError('stream_full', 'too many'));
  await expect(intake.accept([visit(1)])).rejects.toMatchObject({ code: 'intake_full' });
  for (const code of ['stream_unavailable', 'disk_full', 'stream_store_full']) {
    append.mockRejectedValueOnce(new AegisError(code, 'away'));
    await expect(intake.accept([visit(1)])).rejects.toMatchObject({ code });
  }
  expect((await fixture.decisions.metrics.sessionsAccepted.get()).values[0]?.value).toBe(0);
});
