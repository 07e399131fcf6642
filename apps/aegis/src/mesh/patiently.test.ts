import { AegisError, type Logger, seededRandom } from '@aegis/model';
import { expect, test } from 'vitest';
import { patiently } from './patiently.ts';

const away = new AegisError('memory_unavailable', 'MongoDB: connection refused');

function patience() {
  const lines: string[] = [];
  const note = (_: unknown, message: string): void => void lines.push(message);
  const stop = new AbortController();
  const logger: Logger = { debug: note, info: note, warn: note, error: note, child: () => logger };
  return { lines, stop, options: { signal: stop.signal, random: seededRandom(1), logger } };
}

test('what is away is asked again until it is back, and told of once', async () => {
  const { lines, options } = patience();
  let tries = 0;
  const work = (): void => {
    tries += 1;
    if (tries < 4) throw away;
  };
  expect(await patiently(work, options)).toBe(true);
  expect(tries).toBe(4);
  expect(lines).toEqual(['what the mesh told cannot be kept yet; it will be tried again']);
});

test.each([new TypeError('undefined is not a policy'), new AegisError('bad_policy', 'no policy')])(
  'a failure of its own is told of and ends it: %s',
  async (failure) => {
    const { lines, options } = patience();
    let tries = 0;
    const work = async (): Promise<void> => {
      tries += 1;
      throw failure;
    };
    expect(await patiently(work, options)).toBe(true);
    expect(tries).toBe(1);
    expect(lines).toEqual(['a message of the mesh could not be handled']);
  },
);

test('whoever stops is not kept waiting, and it was not done', async () => {
  const { stop, options } = patience();
  const work = (): void => {
    stop.abort();
    throw away;
  };
  expect(await patiently(work, options)).toBe(false);
});
