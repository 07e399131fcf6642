import { GUARD_PRESETS, type GuardPreset } from '@aegis/guard';
import type { Section } from '../setting.ts';
import { choice, duration, flag, text } from '../setting-kinds.ts';

export interface GuardSettings {
  readonly preset: GuardPreset;
  readonly file: string;
  readonly sharing: GuardSharingSettings;
}

export interface GuardSharingSettings {
  readonly redis: string;
  readonly cluster: boolean;
  readonly secretFile: string;
  readonly everyMs: number;
  readonly drainOverLimit: boolean;
}

const FILE_OR_NOTHING = /^\P{Cc}{0,4000}$/u;

const sharing: Section<GuardSharingSettings> = {
  is: 'section',
  key: 'sharing',
  doc: 'Limits that several nodes enforce together, through Redis.',
  members: {
    redis: text({
      key: 'redis',
      doc: 'The Redis that they meet in, such as redis://127.0.0.1:6379; of a Cluster several of its servers with commas between. Empty keeps limits to this node.',
      initial: '',
      pattern: /^(rediss?:\/\/\S{1,1000})?$/,
      expected: 'redis://HOST:PORT, rediss://HOST:PORT or nothing',
    }),
    cluster: flag({
      key: 'cluster',
      doc: 'Whether it is a Redis Cluster. Keys then have hash tags, so all nodes must say the same.',
      initial: false,
    }),
    secretFile: text({
      key: 'secret_file',
      doc: 'A file of at least 16 bytes, the same on all nodes that share: names are hashed with it before they leave a node.',
      initial: '',
      pattern: FILE_OR_NOTHING,
      expected: 'the name of a file',
    }),
    everyMs: duration({
      key: 'every',
      doc: 'How often a node tells the others what it let pass.',
      cost: 'Clients that use several nodes at once get more through before the nodes agree.',
      initial: '100ms',
      min: '10ms',
      max: '60s',
    }),
    drainOverLimit: flag({
      key: 'drain_over_limit',
      doc: 'Whether what the nodes together let pass too much is made up for before the next call passes.',
      initial: true,
    }),
  },
};

export const guardSection: Section<GuardSettings> = {
  is: 'section',
  key: 'guard',
  doc: 'Abuse protection for chat and API servers that ask this node: limits, trust, client states.',
  members: {
    preset: choice({
      key: 'preset',
      doc: 'Limits and mode where no file says otherwise: early observes, production limits, strict uses everything.',
      initial: 'early',
      choices: Object.keys(GUARD_PRESETS) as GuardPreset[],
    }),
    file: text({
      key: 'file',
      doc: 'The guard\'s own config, TOML (.toml) or YAML; read again within seconds when it changes. Check it with "aegis guard check-config FILE".',
      initial: '',
      pattern: FILE_OR_NOTHING,
      expected: 'the name of a file',
    }),
    sharing,
  },
};
