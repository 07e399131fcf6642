import { READER_FORMATS, type ReaderFormat } from '@aegis/analyze';
import type { Section } from '../setting.ts';
import { choice, flag, paths, records, text, whole } from '../setting-kinds.ts';

export interface ScenariosSettings {
  readonly files: readonly string[];
  readonly maxBuckets: number;
  readonly mirror: boolean;
  readonly mirrorCapacity: number;
  readonly tail: readonly TailSettings[];
}

/** A log that is followed. */
export interface TailSettings {
  readonly file: string;
  readonly format: ReaderFormat | 'auto';
  readonly from: 'end' | 'beginning';
}

const tailItem: Section<TailSettings> = {
  is: 'section',
  key: 'tail',
  doc: 'A log that is followed.',
  members: {
    file: text({
      key: 'file',
      doc: 'Its name; relative to the current directory.',
      initial: '',
      pattern: /^[^\p{Cc}]{1,4096}$/u,
      expected: 'the name of a file',
    }),
    format: choice({
      key: 'format',
      doc: 'What it is written in; auto tells it from its first lines.',
      initial: 'auto',
      choices: ['auto', ...READER_FORMATS],
    }),
    from: choice({
      key: 'from',
      doc: 'Where it is begun the first time; later it goes on where it was.',
      initial: 'end',
      choices: ['end', 'beginning'],
    }),
  },
};

export const scenariosSection: Section<ScenariosSettings> = {
  is: 'section',
  key: 'scenarios',
  doc: 'Rules over what clients do in the course of time: brute force, scans, probes.',
  members: {
    files: paths({
      key: 'files',
      doc: 'Rule files besides those that come with Aegis, read in this order. A rule of the same name replaces the one before.',
      cost: 'Every rule is asked about every request.',
      most: 256,
    }),
    maxBuckets: whole({
      key: 'max_buckets',
      doc: 'Sources watched at once, over all rules. Beyond it those go first that did one thing and did not come again, then those unseen for longest.',
      cost: 'Memory: some 300 bytes each.',
      initial: 200_000,
      min: 1_000,
      max: 10_000_000,
      unit: 'buckets',
    }),
    mirror: flag({
      key: 'mirror',
      doc: 'Whether the requests that proxies ask about at /check and by ext_authz are looked at, beside the answer: who probes is then refused, although nothing was logged yet.',
      cost: 'Some 50 microseconds of a core a request, between the checks; a quarter of a core at most where there is no end of them.',
      initial: true,
    }),
    mirrorCapacity: whole({
      key: 'mirror_capacity',
      doc: 'Copies of requests that may wait to be looked at. More are dropped and counted; checks never wait.',
      cost: 'Memory: 1 to 20 KiB each.',
      initial: 10_000,
      min: 16,
      max: 1_000_000,
      unit: 'requests',
    }),
    tail: records({
      key: 'tail',
      doc: 'Logs that are followed: access logs, auth.log, logs of mail servers and of other programs.',
      cost: 'A look five times a second, each.',
      most: 64,
      item: tailItem,
      named: 'file',
    }),
  },
};
