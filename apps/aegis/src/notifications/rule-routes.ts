import { THREAT_LEVELS, type ThreatLevel } from '@aegis/model';
import type { QueuedThing } from '@aegis/ports';
import type { ChannelSettings, NotificationsSettings } from '../config/sections/notifications-section.ts';
import { type Happening, PLURALS } from './happening.ts';

const isAtLeast = (level: ThreatLevel, least: ThreatLevel): boolean =>
  THREAT_LEVELS.indexOf(level) <= THREAT_LEVELS.indexOf(least);

/** Who is told of it, each channel once. Where things are not gathered, `unique` keeps them apart. */
export function routed(
  happening: Happening,
  { channels, rules }: Pick<NotificationsSettings, 'channels' | 'rules'>,
  now: number,
  unique: () => string,
): readonly QueuedThing[] {
  const { event, level, item } = happening;
  const told = new Set(
    rules
      .filter((rule) => rule.events.length === 0 || rule.events.includes(event))
      .filter((rule) => isAtLeast(level, rule.level))
      .flatMap((rule) => rule.channels),
  );
  const thingFor = ({ name, groupMs }: ChannelSettings): QueuedThing => ({
    channel: name,
    group: groupMs === 0 ? unique() : `${event}/${level}`,
    event,
    level,
    plural: PLURALS[event],
    item,
    queuedAt: now,
  });
  return channels.filter(({ name }) => told.has(name)).map(thingFor);
}
