import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { classifyPayload } from './classify-payload.ts';

/**
 * One payload a line, as a client would send it, by the attack type it belongs to. Each is our own: made from
 * the grammar of a language or the behaviour of a server, not taken from a list.
 */
const ATTACKS = join(import.meta.dirname, 'samples');
/** What people and programs send without any harm meant, one value a line; `forum-posts` holds JSON strings. */
const ORDINARY = join(ATTACKS, 'ordinary');

/** A file is included through a parameter that names one; anything else may stand anywhere. */
const PARTS: Readonly<Record<string, string>> = { remote_file_inclusion: 'page' };
/** XPath has no word of its own in the vocabulary of attack types. */
const TYPES: Readonly<Record<string, string>> = { xpath_injection: 'nosql_injection' };

function lines(file: string): readonly string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

function files(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.txt'));
}

test.each(files(ATTACKS))('every attack of %s is seen', (file) => {
  const type = basename(file, '.txt');
  const missed = lines(join(ATTACKS, file)).filter(
    (text) => classifyPayload(text, { place: 'query', part: PARTS[type] ?? 'q' }).length === 0,
  );
  expect(missed).toEqual([]);
});

test.each(files(ATTACKS))('the attacks of %s are called by their name', (file) => {
  const type = basename(file, '.txt');
  const all = lines(join(ATTACKS, file));
  const named = all.filter((text) =>
    classifyPayload(text, { place: 'query', part: PARTS[type] ?? 'q' }).some(
      (finding) => finding.attackType === (TYPES[type] ?? type),
    ),
  );
  // A few are as much of another type: a traversal to a file, a script behind a line break.
  expect(named.length / all.length).toBeGreaterThanOrEqual(0.8);
});

test.each(files(ORDINARY))('nothing is found in %s', (file) => {
  const json = file.startsWith('forum');
  const wrong = lines(join(ORDINARY, file)).flatMap((line) => {
    const text = json ? String(JSON.parse(line)) : line;
    return (['query', 'body', 'cookie'] as const).flatMap((place) =>
      classifyPayload(text, { place, part: 'q' }).map((finding) => [place, text, finding.evidence.why]),
    );
  });
  expect(wrong).toEqual([]);
});
