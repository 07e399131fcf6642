import { AegisError } from '@aegis/model';
import { expect, test } from 'vitest';
import { problemBody, problemOfFault } from './problem.ts';

test.each([
  ['bad_cursor', 400],
  ['bad_query', 400],
  ['intake_full', 503],
  ['ledger_unavailable', 503],
  ['archive_full', 503],
  ['disk_full', 503],
  ['stream_store_full', 503],
])('the fault %s is answered with %i, without its message', (code, status) => {
  const problem = problemOfFault(new AegisError(code, 'secret path /var/lib'));
  expect(problem).toMatchObject({ status, code });
  expect(JSON.stringify(problem)).not.toContain('/var/lib');
  expect(problem?.headers?.['retry-after'] === undefined).toBe(status !== 503);
});

test.each([new AegisError('lease_gone', 'x'), new Error('x'), 'x', undefined, { code: '__proto__' }])(
  'what is not foreseen has no answer of its own: %s',
  (fault) => {
    expect(problemOfFault(fault)).toBeUndefined();
  },
);

test('a full disk is told as that, wherever it was met', () => {
  for (const code of ['disk_full', 'archive_full'])
    expect(problemOfFault(new AegisError(code, 'x'))?.detail).toMatch(/^The disk of this node is full\./);
});

test('a Redis without room is told as neither a backlog nor the disk of this node', () => {
  const { detail } = problemOfFault(new AegisError('stream_store_full', 'x')) ?? {};
  expect(detail).toMatch(/Redis .* no memory or disk left/);
  expect(detail).not.toMatch(/backlog|this node/);
});

test('a problem is sent as RFC 9457 has it', () => {
  const problem = {
    status: 409,
    code: 'name_taken',
    detail: 'Refused.',
    errors: [{ where: 'body.name', message: 'taken' }],
    more: { reference: 'r' },
  };
  expect(problemBody(problem, 'id-1')).toEqual({
    type: 'urn:aegis:problem:name_taken',
    title: 'Conflict',
    status: 409,
    detail: 'Refused.',
    instance: 'urn:aegis:request:id-1',
    errors: [{ where: 'body.name', message: 'taken' }],
    reference: 'r',
  });
});
