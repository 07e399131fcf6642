import { accessLogReader } from './access-log.ts';
import { cowrieReader } from './cowrie.ts';
import { hostLogReader } from './host-log.ts';
import { jsonAccessLogReader } from './json-access-log.ts';
import type { Reader, ReaderFormat } from './reader.ts';
import { snareReader } from './snare.ts';
import { tannerReader } from './tanner.ts';
import { w3cLogReader } from './w3c-log.ts';
import { zeekHttpReader } from './zeek-http.ts';

const FACTORIES: Readonly<Record<ReaderFormat, () => Reader>> = Object.freeze({
  tanner: tannerReader,
  cowrie: cowrieReader,
  snare: snareReader,
  'w3c-log': w3cLogReader,
  'zeek-http': zeekHttpReader,
  'host-log': hostLogReader,
  'json-access-log': jsonAccessLogReader,
  'access-log': accessLogReader,
});

/** A reader of that format, at the beginning of a file. */
export function createReader(format: ReaderFormat): Reader {
  return FACTORIES[format]();
}
