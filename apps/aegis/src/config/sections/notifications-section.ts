import { THREAT_LEVELS, type ThreatLevel } from '@aegis/model';
import type { Section } from '../setting.ts';
import { choice, choices, duration, records, text, texts, whole } from '../setting-kinds.ts';

export const CHANNEL_KINDS = ['webhook', 'slack', 'dingtalk', 'feishu', 'wecom', 'email', 'syslog'] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** What people can be told of. */
export const NOTIFICATION_EVENTS = [
  'decision',
  'campaign',
  'cc_server',
  'feed_failing',
  'mesh_node_away',
  'part_failing',
  'disk_low',
  'trail_broken',
  'fleet_halt',
  'policy_changed',
  'key_changed',
] as const;
export type NotificationEvent = (typeof NOTIFICATION_EVENTS)[number];

export interface ChannelSettings {
  readonly name: string;
  readonly kind: ChannelKind;
  readonly url: string;
  readonly urlFile: string;
  readonly secretFile: string;
  readonly username: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly caFile: string;
  readonly title: string;
  readonly groupMs: number;
  readonly maxPerMinute: number;
}

export interface NotificationRule {
  readonly name: string;
  readonly events: readonly NotificationEvent[];
  readonly level: ThreatLevel;
  readonly channels: readonly string[];
}

export interface NotificationsSettings {
  readonly channels: readonly ChannelSettings[];
  readonly rules: readonly NotificationRule[];
  readonly maxWaiting: number;
  readonly giveUpMs: number;
  readonly diskLow: number;
}

const NAME = {
  initial: '',
  pattern: /^[a-z0-9][a-z0-9._-]{0,39}$/,
  expected: 'a name of 1 to 40 lower-case letters, digits, ".", "_" or "-"',
} as const;
const FILE = {
  initial: '',
  pattern: /^\P{Cc}{0,4000}$/u,
  expected: 'the name of a file',
} as const;
const MAILBOX = /^[^\s@,;<>\p{Cc}]{1,64}@[^\s@,;<>\p{Cc}]{1,255}$/u;

const channelItem: Section<ChannelSettings> = {
  is: 'section',
  key: 'channels',
  doc: 'A way to tell people.',
  members: {
    name: text({ key: 'name', doc: 'What rules, metrics and commands call it.', ...NAME }),
    kind: choice({
      key: 'kind',
      doc: 'What it is. A webhook is signed as Standard Webhooks have it; syslog gets events as CEF.',
      initial: 'webhook',
      choices: CHANNEL_KINDS,
    }),
    url: text({
      key: 'url',
      doc: 'Where it is: http(s):// for webhooks and chats; smtp:// (STARTTLS, required), smtps:// or smtp+plain:// with a port for e-mail; udp://, tcp:// or tls:// with a port for syslog. Nothing else is ever asked: redirects are not followed.',
      initial: '',
      pattern: /^(?:(?:https?|smtps?|smtp\+plain|udp|tcp|tls):\/\/[^\s\p{Cc}]{1,2000})?$/u,
      expected:
        'a URL such as https://hooks.example/aegis, smtp://mail.example:587 or tls://siem.example:6514',
    }),
    urlFile: text({
      key: 'url_file',
      doc: 'A file with the URL instead, where the URL itself is a secret as with chats; read anew after each failure.',
      ...FILE,
    }),
    secretFile: text({
      key: 'secret_file',
      doc: 'A file with what webhooks, DingTalk and Feishu are signed with, or the password for e-mail; read anew after each failure.',
      ...FILE,
    }),
    username: text({
      key: 'username',
      doc: 'Who logs in to the mail server. Empty: nobody does.',
      initial: '',
      pattern: /^\P{Cc}{0,255}$/u,
      expected: 'a name',
    }),
    from: text({
      key: 'from',
      doc: 'The sender of e-mail.',
      initial: '',
      pattern: /^(?:[^\s@,;<>\p{Cc}]{1,64}@[^\s@,;<>\p{Cc}]{1,255})?$/u,
      expected: 'an address such as aegis@example.org',
    }),
    to: texts({
      key: 'to',
      doc: 'Who gets the e-mail.',
      most: 50,
      pattern: MAILBOX,
      expected: 'an address such as soc@example.org',
    }),
    caFile: text({
      key: 'ca_file',
      doc: 'The authority of the certificate of a mail or syslog server, as PEM. Empty: those that Node knows.',
      ...FILE,
    }),
    title: text({
      key: 'title',
      doc: 'The title of a message: {title} is what happened, {level}, {event}, {node} and {count} are filled in, as are facts of the first thing such as {address}.',
      initial: '[{level}] {title}',
      pattern: /^\P{Cc}{1,200}$/u,
      expected: 'up to 200 characters on one line',
    }),
    groupMs: duration({
      key: 'group',
      doc: 'For how long things alike are gathered into one message. 0s: each has its own, as a SIEM wants it.',
      cost: 'People hear this much later.',
      initial: '10s',
      min: '0s',
      max: '1h',
    }),
    maxPerMinute: whole({
      key: 'max_per_minute',
      doc: 'Messages a minute; what is beyond waits and is gathered. DingTalk and WeCom refuse more than 20.',
      initial: 10,
      min: 1,
      max: 6_000,
      unit: 'messages',
    }),
  },
};

const ruleItem: Section<NotificationRule> = {
  is: 'section',
  key: 'rules',
  doc: 'What is told to whom.',
  members: {
    name: text({ key: 'name', doc: 'What it is called.', ...NAME }),
    events: choices({
      key: 'events',
      doc: 'Of what is told. Empty: of everything.',
      initial: [],
      choices: NOTIFICATION_EVENTS,
    }),
    level: choice({
      key: 'level',
      doc: 'How grave it must be at least.',
      initial: 'HIGH',
      choices: THREAT_LEVELS,
    }),
    channels: texts({
      key: 'channels',
      doc: 'The names of the channels that are told.',
      most: 32,
      pattern: NAME.pattern,
      expected: 'the name of a channel',
    }),
  },
};

export const notificationsSection: Section<NotificationsSettings> = {
  is: 'section',
  key: 'notifications',
  doc: 'Who is told of what; see docs/notifications.md.',
  members: {
    channels: records({
      key: 'channels',
      doc: 'Ways to tell people and the programs they watch.',
      most: 32,
      item: channelItem,
      named: 'name',
    }),
    rules: records({
      key: 'rules',
      doc: 'What is told to which channel. A channel that several rules name is told once.',
      most: 64,
      item: ruleItem,
      named: 'name',
    }),
    maxWaiting: whole({
      key: 'max_waiting',
      doc: 'Things that may wait for one channel, on disk; what is new beyond it is dropped and counted.',
      cost: 'Disk, some 500 bytes each.',
      initial: 10_000,
      min: 10,
      max: 1_000_000,
      unit: 'things',
    }),
    giveUpMs: duration({
      key: 'give_up',
      doc: 'How old a message may become that cannot be sent; then it is dropped and counted.',
      initial: '1d',
      min: '1m',
      max: '30d',
    }),
    diskLow: whole({
      key: 'disk_low',
      doc: 'Below how much free space of the file system of data_dir disk_low is told.',
      initial: 5,
      min: 0,
      max: 90,
      unit: 'percent',
    }),
  },
};
