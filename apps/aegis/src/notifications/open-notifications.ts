import { randomUUID } from 'node:crypto';
import type { Clock, Logger, Random } from '@aegis/model';
import { openSqliteNotificationQueue } from '@aegis/notification-queue-sqlite';
import type { Archive, Ledger } from '@aegis/ports';
import type { Registry } from 'prom-client';
import type { Config } from '../config/config.ts';
import type { DataDir } from '../node/data-dir.ts';
import { ChannelSender } from './channel-sender.ts';
import { HappeningWatch } from './happening-watch.ts';
import { type ConditionSources, nodeConditions } from './node-conditions.ts';
import { notificationMetrics } from './notification-metrics.ts';
import { NotificationService } from './notification-service.ts';
import { openNotifier } from './open-notifier.ts';

export interface NotificationsOptions {
  readonly config: Config;
  readonly dir: DataDir;
  readonly ledger: Ledger;
  readonly archive: Archive;
  /** Asked when the node is up. */
  readonly sources: () => Omit<ConditionSources, 'folder' | 'diskLow'>;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Undefined where the config names no channel. Throws AegisError `notifications_unavailable`. */
export function openNotifications(options: NotificationsOptions): NotificationService | undefined {
  const { config, dir, ledger, archive, sources, registry, clock, random, logger } = options;
  const { notifications: settings, node } = config;
  const { channels, giveUpMs } = settings;
  if (channels.length === 0) return undefined;
  const queue = openSqliteNotificationQueue({ path: dir.notifications });
  const metrics = notificationMetrics(registry, () => queue.waiting());
  const newId = randomUUID;
  const senders = channels.map(
    (channel) =>
      new ChannelSender({
        ...{ channel, giveUpMs, queue, node: node.id, newId, metrics, clock, random, logger },
        open: () => openNotifier(channel, node.id, clock),
      }),
  );
  const watch = new HappeningWatch({
    ...{ settings, queue, ledger, newId, clock, logger },
    sessionOf: (id) => archive.get(id),
    conditions: () => nodeConditions({ ...sources(), folder: dir.root, diskLow: settings.diskLow }),
    onDropped: (channel, count) =>
      senders[channels.findIndex(({ name }) => name === channel)]?.drop('full', count),
  });
  return new NotificationService({ channels, senders, watch, queue });
}
