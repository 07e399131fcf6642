import { expect, test } from 'vitest';
import { channelSettings } from '../notifications/notification-fixture.ts';
import { isUrlFor, notificationConflict } from './notification-conflict.ts';
import type { ChannelSettings } from './sections/notifications-section.ts';

const conflict = (change: Partial<ChannelSettings>, told = ['ops']): string | undefined =>
  notificationConflict({
    channels: [channelSettings('ops', change)],
    rules: [{ name: 'all', events: [], level: 'HIGH', channels: told }],
    ...{ maxWaiting: 10, giveUpMs: 1, diskLow: 5 },
  });
const mail = {
  kind: 'email',
  url: 'smtp://mail.example:587',
  from: 'a@example.org',
  to: ['b@example.org'],
} as const;

test('channels that can work are fine', () => {
  expect(conflict({})).toBeUndefined();
  expect(conflict({ url: '', urlFile: '/run/secrets/url' })).toBeUndefined();
  expect(conflict(mail)).toBeUndefined();
  expect(conflict({ kind: 'syslog', url: 'udp://siem.example:514' })).toBeUndefined();
});

test.each<[Partial<ChannelSettings>, RegExp]>([
  [{ url: '' }, /"ops".*either url or url_file/],
  [{ urlFile: 'x' }, /either url or url_file/],
  [{ kind: 'slack', url: 'smtp://mail.example:587' }, /does not fit the kind slack/],
  [{ kind: 'syslog', url: 'tcp://siem.example' }, /does not fit the kind syslog/],
  [{ url: 'https://user:password@hooks.example/' }, /does not fit/],
  [{ ...mail, to: [] }, /from and to/],
  [{ ...mail, username: 'aegis' }, /belong together/],
  [{ kind: 'slack', secretFile: 'x' }, /slack knows no secret/],
])('%j is told', (change, words) => {
  expect(conflict(change)).toMatch(words);
});

test('a rule must name channels that are there', () => {
  expect(conflict({}, [])).toMatch(/names no channel/);
  expect(conflict({}, ['opps'])).toMatch(/"opps".*there are: ops/);
});

test('what is no URL at all fits nothing', () => {
  for (const url of ['https://', 'https://[', 'file:///etc/passwd', 'javascript:alert(1)', ''])
    expect(isUrlFor('webhook', url), url).toBe(false);
});
