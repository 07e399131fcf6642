import type { ChannelSettings } from '../config/sections/notifications-section.ts';

/** A webhook with the defaults of the config, for tests. */
export function channelSettings(name: string, change: Partial<ChannelSettings> = {}): ChannelSettings {
  return {
    ...{ name, kind: 'webhook', url: 'http://127.0.0.1:1/', urlFile: '', secretFile: '', username: '' },
    ...{ from: '', to: [], caFile: '', title: '{title}', groupMs: 10_000, maxPerMinute: 10 },
    ...change,
  };
}
